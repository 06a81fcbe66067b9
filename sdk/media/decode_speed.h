// How fast a source is decoded: content decoded per time that passed, while there was work left. Fed once per
// iterate(); what was decoded in one call took the time up to the next, as far as the caller came back at once.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>

#include "understudy/time.h"

namespace understudy::media {

class DecodeSpeed {
 public:
  /// `decoded`: content decoded so far. `pending`: work is left, so the next call comes at once. `awaited`: it is under
  /// way elsewhere, the next call comes with what is done.
  void observe(Instant now, Duration decoded, bool pending, bool awaited = false) {
    if (awaited && pending_ && decoded == last_decoded_) return;
    if (pending_) {
      content_ += last_decoded_ - before_decoded_;
      elapsed_ += now - last_now_;
      if (elapsed_ >= kWindow || (content_ >= kMuch && elapsed_ > Duration::zero())) keep();
    }
    before_decoded_ = last_decoded_;
    last_decoded_ = decoded;
    last_now_ = now;
    pending_ = (pending || awaited) && last_decoded_ > before_decoded_;
  }

  /// Content ms per second; the median of the last ones.
  std::optional<std::int64_t> permille() const {
    if (recent_.empty()) return std::nullopt;
    std::deque<std::int64_t> sorted = recent_;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }

 private:
  static constexpr Duration kWindow = std::chrono::milliseconds(20);
  static constexpr Duration kMuch = std::chrono::milliseconds(500);
  static constexpr std::size_t kKept = 5;

  void keep() {
    recent_.push_back(content_.count() * 1000 / elapsed_.count());
    if (recent_.size() > kKept) recent_.pop_front();
    content_ = elapsed_ = Duration::zero();
  }

  bool pending_ = false;
  Instant last_now_{};
  Duration before_decoded_{};
  Duration last_decoded_{};
  Duration content_{};
  Duration elapsed_{};
  std::deque<std::int64_t> recent_;
};

}  // namespace understudy::media
