// One media segment as the encoder made it, before anybody decides whether and under which number it is published.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "origin/clock.h"

namespace understudy::server {

struct Segment {
  std::int64_t first_frame = 0;
  std::int64_t end_frame = 0;
  WallTime begin{};  // content time of the first frame
  WallTime end{};
  std::shared_ptr<const std::string> body;
};

/// A fault of the content: what the encoder makes of frames and samples in [begin, end) of content time.
struct ContentFault {
  enum class Kind { black, frozen, silence } kind = Kind::black;
  WallTime begin{};
  WallTime end{};
  friend bool operator==(const ContentFault&, const ContentFault&) = default;
};

}  // namespace understudy::server
