#include "pictures.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "origin/strip.h"

namespace understudy::soak {
namespace {

constexpr std::size_t kRemembered = 400;  // of the usual rates: more than five seconds
constexpr std::int64_t kStillOn = 500'000'000;

}  // namespace

void Pictures::take(const char* bytes, std::size_t size, std::int64_t arrived_ns) {
  in_.append(bytes, size);
  if (width_ == 0 && !take_header()) return;
  while (take_picture(arrived_ns)) {
  }
}

bool Pictures::take_header() {
  const std::size_t end = in_.find('\n');
  if (end == std::string::npos) return false;
  std::istringstream words(in_.substr(0, end));
  for (std::string word; words >> word;) {
    if (word[0] == 'W') width_ = std::atoi(word.c_str() + 1);
    if (word[0] == 'H') height_ = std::atoi(word.c_str() + 1);
    int num = 0;
    int den = 1;
    if (word[0] == 'F' && std::sscanf(word.c_str(), "F%d:%d", &num, &den) == 2 && num > 0)
      half_period_ns_ = std::int64_t{500'000'000} * den / num;
  }
  in_.erase(0, end + 1);
  return width_ > 0;
}

bool Pictures::take_picture(std::int64_t arrived_ns) {
  const std::size_t line = in_.find('\n');
  const std::size_t luma = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
  const std::size_t chroma = static_cast<std::size_t>((width_ + 1) / 2) * static_cast<std::size_t>((height_ + 1) / 2);
  const std::size_t whole = line + 1 + luma + 2 * chroma;
  if (line == std::string::npos || in_.size() < whole) return false;
  const std::string marker = in_.substr(0, line);
  const std::size_t stamp = marker.find(" XT");
  const std::int64_t tick_ns = stamp == std::string::npos ? arrived_ns : std::atoll(marker.c_str() + stamp + 3);
  if (marker.find(" XN") != std::string::npos) {
    const auto* plane = reinterpret_cast<const std::uint8_t*>(in_.data()) + line + 1;
    if (const auto strip = server::read_strip(plane, width_, width_, height_))
      show(strip->channel_index, strip->frame_number, tick_ns - half_period_ns_);
  }
  in_.erase(0, whole);
  const std::lock_guard lock(mutex_);
  least_delay_ns_ = std::min(least_delay_ns_, arrived_ns - tick_ns);
  return true;
}

void Pictures::show(int channel, std::int64_t frame, std::int64_t at_ns) {
  const std::lock_guard lock(mutex_);
  if (gap_begin_ns_ != 0) longest_gap_ns_ = std::max(longest_gap_ns_, at_ns - gap_begin_ns_);
  gap_begin_ns_ = at_ns;
  shown_.push_back({channel, frame, at_ns});
  if (shown_.size() > kRemembered) shown_.pop_front();
  ++count_;
}

std::optional<Shown> Pictures::last() const {
  const std::lock_guard lock(mutex_);
  return shown_.empty() ? std::nullopt : std::optional(shown_.back());
}

std::optional<Shown> Pictures::at(std::int64_t when_ns) const {
  const std::lock_guard lock(mutex_);
  for (auto it = shown_.rbegin(); it != shown_.rend(); ++it) {
    if (it->at_ns > when_ns) continue;
    return when_ns - it->at_ns < kStillOn ? std::optional(*it) : std::nullopt;
  }
  return std::nullopt;
}

std::int64_t Pictures::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

double Pictures::take_longest_gap_s() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = monotonic_ns();
  const std::int64_t open = gap_begin_ns_ == 0 ? 0 : now - gap_begin_ns_;
  const std::int64_t longest = std::max(longest_gap_ns_, open);
  longest_gap_ns_ = 0;
  return static_cast<double>(longest) / 1e9;
}

double Pictures::take_stamp_delay_ms() {
  const std::lock_guard lock(mutex_);
  const double ms = least_delay_ns_ == INT64_MAX ? -1 : static_cast<double>(least_delay_ns_) / 1e6;
  least_delay_ns_ = INT64_MAX;
  return ms;
}

}  // namespace understudy::soak
