#include "container/access_unit.h"

namespace understudy::container {

Buffer Buffer::copy_of(std::span<const std::uint8_t> bytes) {
  auto storage = std::make_shared<std::vector<std::uint8_t>>();
  storage->reserve(bytes.size() + kPadding);
  storage->assign(bytes.begin(), bytes.end());
  storage->resize(bytes.size() + kPadding);
  return Buffer(std::move(storage), bytes.size());
}

}  // namespace understudy::container
