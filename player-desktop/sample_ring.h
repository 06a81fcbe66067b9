// A lock-free queue of sound samples between one writer (the player) and one reader (the device's callback).
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <vector>

namespace understudy::desktop {

class SampleRing {
 public:
  /// Bound: `capacity` samples.
  explicit SampleRing(std::size_t capacity) : samples_(capacity) {}

  std::size_t size() const { return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_acquire); }
  std::size_t written() const { return written_.load(std::memory_order_acquire); }  // ever
  std::size_t writable() const { return samples_.size() - size(); }

  /// The writer's. Returns how many fit.
  std::size_t write(std::span<const float> from) {
    const std::size_t at = written_.load(std::memory_order_relaxed);
    const std::size_t count = std::min(from.size(), samples_.size() - (at - read_.load(std::memory_order_acquire)));
    for (std::size_t i = 0; i < count; ++i) samples_[(at + i) % samples_.size()] = from[i];
    written_.store(at + count, std::memory_order_release);
    return count;
  }
  /// The reader's. Returns how many there were.
  std::size_t read(std::span<float> to) {
    const std::size_t at = read_.load(std::memory_order_relaxed);
    const std::size_t count = std::min(to.size(), written_.load(std::memory_order_acquire) - at);
    for (std::size_t i = 0; i < count; ++i) to[i] = samples_[(at + i) % samples_.size()];
    read_.store(at + count, std::memory_order_release);
    return count;
  }
  /// REQUIRES: the reader is held off (the device is locked).
  void clear() { read_.store(written_.load(std::memory_order_relaxed), std::memory_order_release); }

 private:
  std::vector<float> samples_;
  std::atomic<std::size_t> written_{0};  // counted up for ever; a place is that modulo the capacity
  std::atomic<std::size_t> read_{0};
};

}  // namespace understudy::desktop
