// One stream of a file or URL, decoded in order, with seeking: what the looped programme reads its pictures and sounds
// from.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "origin/av.h"

namespace understudy::server {

class MediaFile {
 public:
  /// Opens the best stream of a kind. `cancelled` ends waiting for a network. Error: where there is none, or no
  /// decoder.
  static Result<std::unique_ptr<MediaFile>> open(const std::string& url, AVMediaType kind,
                                                 const std::atomic<bool>& cancelled);

  /// Seconds; nothing where the source does not say (a live stream): it cannot be looped.
  std::optional<double> duration_s() const;
  /// The next frame in presentation order, with its time from the beginning of the file; null at the end.
  struct Decoded {
    av::Frame frame;
    double at_s = 0;
  };
  Result<Decoded> next();
  /// Goes to the last random access point at or before; frames before `at_s` may come first.
  Result<void> seek(double at_s);

 private:
  struct Format {
    void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
  };
  MediaFile() = default;
  std::unique_ptr<AVFormatContext, Format> format_;
  av::Codec decoder_;
  int stream_ = -1;
  bool drained_ = false;
};

}  // namespace understudy::server
