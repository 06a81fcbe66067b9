// The sound half of the programme: what is written to the device next, and from whom.
#include <algorithm>
#include <array>
#include <limits>

#include "media/programme.h"
#include "media/sample_time.h"

namespace understudy::media {
namespace {
constexpr Duration kQueueTarget = std::chrono::milliseconds(200);
// Below this the device is about to run dry: what was kept back for a cross-fade is written, what is missing becomes
// silence.
constexpr Duration kQueueLow = std::chrono::milliseconds(40);
constexpr Duration kSilenceStep = std::chrono::milliseconds(10);
constexpr Duration kMinWrite = std::chrono::milliseconds(5);
constexpr Duration kMinStart = std::chrono::milliseconds(20);
}  // namespace

std::int64_t Programme::offset_of(MediaTime base) const { return sample_index(base, format_.sample_rate); }

std::int64_t Programme::limit_index() const {
  const auto limit = play_limit();
  return limit ? sample_index(*limit, format_.sample_rate) : std::numeric_limits<std::int64_t>::max();
}

/// Sound joins a running picture at what the picture shows, by the time that the device will play it.
bool Programme::start_audio(Instant now) {
  const PlayTime heard_at = clock_.position(now) + std::max(audio_.queued(now), audio_.latency());
  const std::int64_t at = sample_index(heard_at, format_.sample_rate);
  const std::int64_t offset = offset_of(base_);
  const PcmQueue& pcm = on_air_->audio().pcm();
  const auto first = pcm.next_available(at + offset);
  if (!first) return false;
  const std::int64_t begin = *first - offset;
  if (begin - at > format_.sample_rate) return false;
  const bool enough = *pcm.available_until(*first) - *first >= sample_index(kMinStart, format_.sample_rate);
  if (!enough && !on_air_->ended()) return false;
  cursor_ = at;
  voice_ = {};
  audio_started_ = true;
  return true;
}

/// What `source` can give from the cursor on, up to play sample `end`.
std::optional<SoundStretch> Programme::sound_of(const Source& source, std::int64_t offset, std::int64_t end,
                                                bool low) const {
  const PcmQueue& pcm = source.audio().pcm();
  const auto until = pcm.available_until(cursor_ + offset);
  if (until) {
    std::int64_t stop = *until - offset;
    const bool more_may_come =
        !pcm.next_available(*until) && !(source.ended() && !source.audio().can_work() && !source.audio().awaits());
    if (stop < end && more_may_come && !low) stop -= mixer_.fade_frames();
    if (stop > cursor_) return SoundStretch{std::min(stop, end), false};
    return std::nullopt;
  }
  // A hole: another source may still fill it, so silence is written no earlier than it must be.
  const auto next = pcm.next_available(cursor_ + offset);
  if (next && !low && source.has_video()) return std::nullopt;
  if (next) {
    const std::int64_t step = cursor_ + sample_index(kSilenceStep, format_.sample_rate);
    return SoundStretch{std::min({*next - offset, end, step}), true};
  }
  const bool none_expected =
      !source.has_audio() || (source.ended() && !source.audio().can_work() && !source.audio().awaits());
  if (!low && !none_expected) return std::nullopt;
  const bool pictures_go_on = source.has_video();
  if (!pictures_go_on) return std::nullopt;
  return SoundStretch{std::min(cursor_ + sample_index(kSilenceStep, format_.sample_rate), end), true};
}

std::optional<SoundStretch> Programme::next_sound(bool low) const {
  const std::int64_t limit = limit_index();
  if (locked()) {
    const std::int64_t fade_begin = transition_->audio_splice - mixer_.fade_frames();
    if (cursor_ < fade_begin) {
      const auto old = sound_of(*on_air_, offset_of(base_), fade_begin, low);
      if (old) return old;
      // The old source has no more: the new one is there, the rest is silence.
      return SoundStretch{fade_begin, true};
    }
    return sound_of(*transition_->to, offset_of(transition_->base), limit, low);
  }
  return sound_of(*on_air_, offset_of(base_), limit, low);
}

void Programme::write_stretch(std::int64_t frames, bool counted, Instant now) {
  std::array<AudioMixer::Voice*, 2> voices{&voice_, nullptr};
  std::size_t count = 1;
  voice_.queue = &on_air_->audio().pcm();
  voice_.offset = offset_of(base_);
  voice_.begin = std::numeric_limits<std::int64_t>::min() / 4;
  voice_.end = std::numeric_limits<std::int64_t>::max() / 4;
  if (locked()) {
    AudioMixer::Voice& fresh = transition_->voice;
    fresh.queue = &transition_->to->audio().pcm();
    fresh.offset = offset_of(transition_->base);
    fresh.begin = transition_->audio_splice - mixer_.fade_frames();
    fresh.end = voice_.end;
    voice_.end = transition_->audio_splice;
    voices[count++] = &fresh;
  }
  const auto channels = static_cast<std::size_t>(format_.channels);
  rendered_.resize(static_cast<std::size_t>(frames) * channels);
  const std::int64_t missing = mixer_.render(cursor_, {voices.data(), count}, rendered_);
  if (counted) counters_.silence_frames += missing;
  mixer_.apply_volume(rendered_);
  output_.clear();
  resampler_.process(rendered_, output_);
  cursor_ += frames;
  const std::size_t room = audio_.writable(now) * channels;
  audio_.write({output_.data(), std::min(room, output_.size())}, now);
}

void Programme::write_audio(Instant now) {
  if (!audio_started_ && !(on_air_->has_audio() && start_audio(now))) return;
  count_dry_device(now);
  const std::int64_t rate = format_.sample_rate;
  const std::int64_t begin = cursor_;
  while (!stalled_) {
    const Duration queued = audio_.queued(now);
    std::int64_t room =
        std::min(static_cast<std::int64_t>(audio_.writable(now)),
                 sample_index(kQueueTarget, format_.sample_rate) - sample_index(queued, format_.sample_rate));
    room -= room / 100 + 4;  // a slower rate gives more samples than it takes
    if (room < sample_index(kMinWrite, format_.sample_rate)) break;
    const auto next = next_sound(queued < kQueueLow);
    if (!next) break;
    const std::int64_t frames = std::min({next->until - cursor_, room, rate / 10});
    if (frames <= 0) break;
    write_stretch(frames, on_air_->has_audio(), now);
  }
  if (cursor_ != begin && on_air_->has_audio()) heard_until_ = now + audio_.queued(now);
  on_air_->audio().pcm().drop_before(cursor_ + offset_of(base_) - rate / 10);
  follow_sound(now);
}

/// A queue that ran dry because nobody came to fill it in time was silence that a listener heard, as much as what is filled in. One
/// that a device is slow to begin with is full.
void Programme::count_dry_device(Instant now) {
  if (stalled_) heard_until_.reset();
  if (heard_until_ && audio_.queued(now) > Duration::zero()) heard_until_ = std::max(*heard_until_, now);
  if (!heard_until_ || now <= *heard_until_) return;
  counters_.silence_frames += sample_index(now - *heard_until_, format_.sample_rate);
  heard_until_.reset();
}

/// The picture follows what is heard; it does not run ahead of what was written.
void Programme::follow_sound(Instant now) {
  const PlayTime written = sample_duration(cursor_ - resampler_.held(), format_.sample_rate);
  clock_.limit(written, now);
  clock_.follow(written - audio_.queued(now), now);
}

}  // namespace understudy::media
