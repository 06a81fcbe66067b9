// The exact quantile of the last few observations. For windows of up to some hundred values a sorted copy beats every
// sketch: exact, integer, and the same on every platform. An addition costs O(N) moves.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace understudy {

template <class T, std::size_t N>
class WindowQuantile {
 public:
  static_assert(N > 0);

  /// Beyond N values the oldest is forgotten.
  void add(T value) {
    if (size_ == N) {
      remove_sorted(ring_[next_]);
      --size_;
    }
    T* end = sorted_.data() + size_;
    T* at = std::upper_bound(sorted_.data(), end, value);
    std::move_backward(at, end, end + 1);
    *at = value;
    ring_[next_] = value;
    next_ = (next_ + 1) % N;
    ++size_;
  }

  std::size_t size() const { return size_; }
  void clear() { size_ = next_ = 0; }

  /// Nearest rank: the smallest value that at least `percent` of all do not exceed. REQUIRES: size() > 0, percent <=
  /// 100.
  T at(std::size_t percent) const {
    const std::size_t rank = (size_ * percent + 99) / 100;  // 1-based, rounded up
    return sorted_[rank == 0 ? 0 : rank - 1];
  }

 private:
  void remove_sorted(const T& value) {
    T* end = sorted_.data() + size_;
    T* at = std::lower_bound(sorted_.data(), end, value);
    std::move(at + 1, end, at);
  }

  std::array<T, N> ring_{};  // in order of arrival
  std::array<T, N> sorted_{};
  std::size_t size_ = 0;
  std::size_t next_ = 0;
};

}  // namespace understudy
