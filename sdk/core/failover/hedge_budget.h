// What hedges may cost while nothing is lost (FAILOVER.md 3): a token bucket in bytes.
//
// Within any ten minutes a bucket gives away at most what it holds plus what flows in, so it holds half of the allowance of ten
// minutes and is filled with the other half as media is loaded. It begins full: a viewer who just came may need it at once.
#pragma once

#include <algorithm>
#include <cstdint>

#include "understudy/time.h"

namespace understudy::failover {

class HedgeBudget {
 public:
  void set_percent(std::int64_t percent) { percent_ = static_cast<std::uint64_t>(percent); }

  /// Media of the source on the air was loaded. `byte_rate`: bytes per second of media, as far as known.
  void on_media(std::uint64_t bytes, std::uint64_t byte_rate) {
    const std::uint64_t full = byte_rate * kWindowSeconds * percent_ / 200;
    const std::uint64_t grown = full > capacity_ ? full - capacity_ : 0;  // what the bucket would have held from the begin
    capacity_ = full;
    level_ += grown + bytes * percent_ / 200;
    pay();
    level_ = std::min(level_, capacity_);
  }
  /// A hedge loaded this. What is already owed is paid back before the next one.
  void on_hedge(std::uint64_t bytes) {
    debt_ += bytes;
    pay();
  }
  /// Before any media was measured nothing can be weighed, and a first hedge is allowed.
  bool affords(std::uint64_t bytes) const { return capacity_ == 0 ? percent_ > 0 : debt_ == 0 && bytes <= level_; }

 private:
  void pay() {
    const std::uint64_t paid = std::min(debt_, level_);
    debt_ -= paid;
    level_ -= paid;
  }

  static constexpr std::uint64_t kWindowSeconds = 600;

  std::uint64_t percent_ = 5;
  std::uint64_t capacity_ = 0;
  std::uint64_t level_ = 0;
  std::uint64_t debt_ = 0;  // spent beyond the bucket, by hedges that no budget stops
};

}  // namespace understudy::failover
