// In a browser nothing but HLS can be read: what is not HTTP cannot be opened, and other containers need FFmpeg.
#include "media/direct_source.h"

namespace understudy::media {

struct DirectSource::Impl {
  bool told = false;
};

DirectSource::DirectSource(const std::string& /*url*/) : impl_(std::make_unique<Impl>()) {}
DirectSource::~DirectSource() = default;

std::optional<DirectSource::Item> DirectSource::poll() {
  if (impl_->told) return std::nullopt;
  impl_->told = true;
  return End{Error{ErrorCode::not_playable_type, "a browser plays HLS only"}};
}

}  // namespace understudy::media
