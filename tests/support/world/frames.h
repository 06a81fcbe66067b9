// The frames of one source in the order of their content time, in one piece of memory: they come at the end and go at the beginning,
// and are looked at for every answer that the engine gets.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "understudy/time.h"

namespace understudy::world {

struct Frame {
  MediaTime at{};           // as the engine's anchor places it
  std::int64_t number = 0;  // as the encoder numbered it
  bool key = false;
  bool damaged = false;
  bool good = false;  // can be decoded: nothing is missing since the last random access point
};

class Frames {
 public:
  /// Frames that begin no further from each other are neighbours.
  explicit Frames(Duration reach) : reach_(reach) {}

  using Iterator = const Frame*;
  Iterator begin() const { return all_.data() + head_; }
  Iterator end() const { return all_.data() + all_.size(); }
  bool empty() const { return head_ == all_.size(); }
  const Frame& back() const { return all_.back(); }

  Iterator lower_bound(MediaTime at) const {
    return std::lower_bound(begin(), end(), at, [](const Frame& f, MediaTime t) { return f.at < t; });
  }
  Iterator upper_bound(MediaTime at) const {
    return std::upper_bound(begin(), end(), at, [](MediaTime t, const Frame& f) { return t < f.at; });
  }

  /// In its place; instead of the one that was there.
  void put(const Frame& frame) {
    auto place = all_.end();
    if (empty() || back().at < frame.at)
      place = all_.insert(place, frame);
    else if (place = all_.begin() + (lower_bound(frame.at) - all_.data()); place->at == frame.at)
      *place = frame;
    else
      place = all_.insert(place, frame);
    for (auto f = place; f != all_.end(); ++f) judge(*f, f == all_.begin() + static_cast<std::ptrdiff_t>(head_) ? nullptr : &*std::prev(f));
  }
  void shift(Duration by) {
    for (auto f = all_.begin() + static_cast<std::ptrdiff_t>(head_); f != all_.end(); ++f) f->at += by;
  }
  void forget_before(MediaTime at) {
    head_ = static_cast<std::size_t>(lower_bound(at) - all_.data());
    if (head_ < kSlack || head_ < all_.size() / 2) return;
    all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

 private:
  void judge(Frame& frame, const Frame* before) const {
    const bool follows = before != nullptr && before->good && frame.at <= before->at + reach_;
    frame.good = !frame.damaged && (frame.key || follows);
  }

  static constexpr std::size_t kSlack = 512;  // forgotten frames that may stay in memory
  std::vector<Frame> all_;
  std::size_t head_ = 0;
  Duration reach_;
};

}  // namespace understudy::world
