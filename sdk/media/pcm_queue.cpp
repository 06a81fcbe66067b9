#include "media/pcm_queue.h"

#include <algorithm>

namespace understudy::media {

void PcmQueue::append(std::int64_t index, std::span<const float> samples, std::int64_t tolerance) {
  auto frames = static_cast<std::int64_t>(samples.size() / channels_);
  if (frames == 0) return;
  if (!stretches_.empty()) {
    Stretch& last = stretches_.back();
    if (index >= last.end - tolerance && index <= last.end + tolerance) {
      last.blocks.emplace_back(samples.begin(), samples.end());
      last.end += frames;
      return;
    }
    if (index < last.end) {
      const std::int64_t repeated = std::min(frames, last.end - index);
      samples = samples.subspan(static_cast<std::size_t>(repeated) * channels_);
      frames -= repeated;
      index += repeated;
      if (frames == 0) return;
    }
  }
  Stretch& fresh = stretches_.emplace_back();
  fresh.begin = index;
  fresh.end = index + frames;
  fresh.blocks.emplace_back(samples.begin(), samples.end());
}

void PcmQueue::drop_before(std::int64_t index) {
  while (!stretches_.empty() && stretches_.front().end <= index) stretches_.pop_front();
  if (stretches_.empty()) return;
  Stretch& first = stretches_.front();
  if (index <= first.begin) return;
  first.skip += static_cast<std::size_t>(index - first.begin);
  first.begin = index;
  while (first.blocks.front().size() / channels_ <= first.skip) {
    first.skip -= first.blocks.front().size() / channels_;
    first.blocks.pop_front();
  }
}

void PcmQueue::clear() { stretches_.clear(); }

std::size_t PcmQueue::frames() const {
  std::int64_t total = 0;
  for (const Stretch& s : stretches_) total += s.end - s.begin;
  return static_cast<std::size_t>(total);
}

const PcmQueue::Stretch* PcmQueue::holding(std::int64_t index) const {
  for (const Stretch& s : stretches_) {
    if (s.begin <= index && index < s.end) return &s;
  }
  return nullptr;
}

std::optional<std::int64_t> PcmQueue::available_until(std::int64_t index) const {
  const Stretch* s = holding(index);
  if (s == nullptr) return std::nullopt;
  return s->end;
}

std::optional<std::int64_t> PcmQueue::next_available(std::int64_t index) const {
  for (const Stretch& s : stretches_) {
    if (s.end > index) return std::max(s.begin, index);
  }
  return std::nullopt;
}

std::optional<std::int64_t> PcmQueue::end() const {
  if (stretches_.empty()) return std::nullopt;
  return stretches_.back().end;
}

bool PcmQueue::copy(std::int64_t index, std::span<float> out) const {
  const Stretch* s = holding(index);
  const auto wanted = static_cast<std::int64_t>(out.size() / channels_);
  if (s == nullptr || index + wanted > s->end) return false;
  std::size_t skip = s->skip + static_cast<std::size_t>(index - s->begin);
  for (const std::vector<float>& block : s->blocks) {
    if (out.empty()) break;
    const std::size_t here = block.size() / channels_;
    if (skip >= here) {
      skip -= here;
      continue;
    }
    const std::size_t run = std::min(here * channels_ - skip * channels_, out.size());
    std::copy_n(block.begin() + static_cast<std::ptrdiff_t>(skip * channels_), run, out.begin());
    out = out.subspan(run);
    skip = 0;
  }
  return true;
}

}  // namespace understudy::media
