// What was sent to a decoder and did not come back: where it belongs, and whether the decoder is late, holds it back
// for reordering, or is silent. Pure.
//
// How many packets a decoder holds back nobody tells. At least as many as the stream reorders, which its time stamps
// say: how many pictures that are shown later are decoded before one. What the decoder adds shows when it has begun
// with everything, the last packet had its time, as far as was seen what one needs, and nothing more comes: what is out
// then is held, until something comes that leaves less.
//
// Silent is one of which something must come (a drain, packets not begun with, more than it was ever seen to hold) and
// nothing does for 1.5 s; 10 s where it never began with anything: its program may be loading. Time in which nobody
// asked does not count.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "understudy/time.h"

namespace understudy::media {

class UnderWay {
 public:
  struct Sent {
    std::int64_t stamp_us = 0;
    MediaTime content_time{};
    Duration duration{};
  };

  /// Another decoder: what was learnt of the old one is forgotten.
  void begin();
  /// The packet's time stamp for the decoder: its content time in microseconds, no two alike.
  std::int64_t send(MediaTime content_time, Duration duration);
  /// What has this stamp; it has come now, and what would have had to come before it never will.
  std::optional<Sent> picture_came(std::int64_t stamp_us);
  /// What covers this stamp, as much as 2 us later than it is; it goes once `until_us` is reached.
  std::optional<Sent> sound_came(std::int64_t stamp_us, std::int64_t until_us);
  void began_with_all_but(std::size_t queued);
  void drain() { draining_ = true; }
  /// Nothing of it will come any more.
  void forget();

  /// Once per call of the owner, before anything of this call is told.
  void at(Instant now);

  std::size_t size() const { return sent_.size(); }
  bool draining() const { return draining_; }
  /// What will come without another packet.
  std::size_t coming() const;
  bool silent() const { return quiet_ >= patience(); }
  /// Something came of it, ever.
  bool spoke() const { return needed_ > Duration::zero(); }
  /// The earliest in presentation order.
  std::optional<MediaTime> first() const;
  /// When at() may change what is said above.
  Instant next_deadline() const;

  static constexpr std::size_t kMostHeld = 16;  // any codec's reordering
  static constexpr Duration kSilence = std::chrono::milliseconds(1500);
  static constexpr Duration kLoading = std::chrono::seconds(10);

 private:
  void something_came();
  void given_out();
  void note_order(std::int64_t stamp);
  bool must_come() const;
  bool settling() const { return !draining_ && queued_ == 0 && !sent_.empty() && !sampled_; }
  Instant settled_at() const;
  Duration patience() const { return began_ ? kSilence : kLoading; }

  std::size_t held() const;

  static constexpr std::size_t kOrder = 32;
  static constexpr Duration kMostCounted = std::chrono::milliseconds(500);  // of the time between two calls

  std::deque<Sent> sent_;
  std::size_t queued_ = 0;
  bool draining_ = false;
  bool began_ = false;  // with any packet, ever
  Instant now_{};
  Instant changed_{};  // when something was sent or came last
  Instant sent_at_{};
  std::deque<std::int64_t> order_;    // the last stamps sent
  std::deque<std::size_t> reorders_;  // of those: how many shown later were sent before
  bool sampled_ = false;              // nothing changed since the last sample was taken
  std::size_t seen_held_ = 0;
  std::optional<std::size_t> most_left_;  // after something came
  Duration needed_{};                     // for a packet; zero where none has come
  Duration quiet_{};
};

}  // namespace understudy::media
