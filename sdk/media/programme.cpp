#include "media/programme.h"

#include <algorithm>
#include <utility>

#include "media/sample_time.h"

namespace understudy::media {
namespace {
// Shorter waits are jitter that no viewer sees; a device's queue and the picture rate hide them.
constexpr Duration kStallAfter = std::chrono::milliseconds(50);
// After a stall this much must be there, or the next one follows at once.
constexpr Duration kResumeWith = std::chrono::milliseconds(250);
constexpr std::size_t kFewFrames = 4;
// A front end that did not call for so long was suspended: what it missed is shown, not skipped.
constexpr Duration kAway = std::chrono::milliseconds(500);
// A clock that follows sound counts whole samples, and the resampler keeps some: the very end is never reached.
constexpr Duration kEndTolerance = std::chrono::milliseconds(10);
}  // namespace

Programme::Programme(VideoSink& video, AudioSink& audio, Counters& counters, Source::Facts& facts)
    : video_(video),
      audio_(audio),
      counters_(counters),
      facts_(facts),
      format_(audio.format()),
      mixer_(format_.sample_rate, format_.channels),
      resampler_(format_.channels) {}

// ---- what is shown
// ------------------------------------------------------------------------------------------------------------

void Programme::start(std::shared_ptr<Source> source, MediaTime from, Instant now) {
  // What is decoded ahead of one that goes on from a later place is shown: its packets are gone.
  if (on_air_ && on_air_ != source) on_air_->stop_decoding();
  audio_.flush(now);
  heard_until_.reset();
  resampler_.reset();
  transition_.reset();
  changed_from_.reset();
  shown_.reset();
  dry_since_.reset();
  stalled_ = started_ = audio_started_ = played_out_ = false;
  voice_ = {};
  dropped_before_ = 0;
  clock_.set(PlayTime::zero(), now);
  on_air_ = std::move(source);
  from_ = from;
  base_ = from;
  on_air_->aim(from);
}

void Programme::stop(Instant now) {
  if (on_air_) on_air_->stop_decoding();
  on_air_.reset();
  transition_.reset();
  started_ = stalled_ = audio_started_ = false;
  dry_since_.reset();
  clock_.hold(now);
  audio_.flush(now);
  heard_until_.reset();
  video_.clear();
}

void Programme::set_paused(bool paused, Instant now) {
  if (paused == paused_) return;
  paused_ = paused;
  audio_.set_paused(paused, now);
  heard_until_.reset();
  dry_since_.reset();
  if (paused) {
    clock_.hold(now);
  } else if (started_ && !stalled_) {
    clock_.run(now);
  }
  if (shown_) shown_->at = now;  // the pause is not a gap
}

void Programme::set_rate_ppm(int ppm, Instant now) {
  clock_.set_rate_ppm(ppm, now);
  resampler_.set_rate_ppm(ppm);
}

void Programme::set_unseen(bool unseen) {
  if (unseen_ && !unseen) catching_up_ = true;
  unseen_ = unseen;
}

MediaTime Programme::playhead(Instant now) const { return started_ ? base_ + clock_.position(now) : from_; }

/// The first picture, or the first sound of a source without pictures, is there: the clock starts.
void Programme::begin(Instant now) {
  const bool video = on_air_->has_video();
  if (video) {
    if (on_air_->video().frames().empty()) return;
    base_ = on_air_->video().frames().front().frame.content_time;
  } else {
    if (!on_air_->has_audio() || !has_sound_output()) return;
    const auto first = on_air_->audio().pcm().next_available(offset_of(from_));
    if (!first) return;
    base_ = MediaTime(sample_duration(*first, format_.sample_rate));
  }
  started_ = true;
  iterated_ = now;
  clock_.set(PlayTime::zero(), now);
  if (!paused_) clock_.run(now);
  if (!video) facts_.push_back(FirstFrame{on_air_->id(), base_});
}

// ---- changing the source
// ------------------------------------------------------------------------------------------------------

void Programme::set_transition(std::shared_ptr<Source> to, const SplicePlan& plan) {
  if (!transition_ || transition_->to != to) transition_.emplace();
  transition_->to = std::move(to);
  transition_->plan = plan;
  transition_->base = base_ + (plan.enter - plan.leave);
}

void Programme::lock() {
  Transition& t = *transition_;
  t.locked = true;
  const std::int64_t leave = sample_index(play(t.plan.leave), format_.sample_rate);
  t.audio_splice = std::max(leave, cursor_ + mixer_.fade_frames());
  t.voice = {};
}

void Programme::unlock_if_bad(MediaTime good_end) {
  if (!locked() || cursor_ > transition_->audio_splice - mixer_.fade_frames()) return;
  if (good_end < transition_->plan.leave - on_air_->frame_interval() / 2) transition_->locked = false;
}

/// The old source's pictures up to the splice are shown and the new one's first is due.
bool Programme::change_if_due(PlayTime position, Instant now) {
  if (!locked()) return false;
  Transition& t = *transition_;
  const FrameQueue& fresh = t.to->video().frames();
  PlayTime due = t.plan.enter - t.base;
  if (t.to->has_video()) {
    if (fresh.empty()) return false;
    due = fresh.front().frame.content_time - t.base;
  }
  if (position < due) return false;
  change(now);
  return true;
}

void Programme::change(Instant now) {
  Transition& t = *transition_;
  const bool announce = t.to->id() != on_air_->id();
  if (announce) changed_from_ = on_air_->id();
  on_air_->stop_decoding();
  // The old source's pictures up to here were there to be seen.
  if (unseen_ && shown_) shown_ = Shown{on_air_->id(), t.plan.leave - shown_->duration, shown_->duration, now};
  voice_.gain = t.voice.gain;
  base_ = t.base;
  on_air_ = std::move(t.to);
  transition_.reset();
  played_out_ = false;
  if (announce && !on_air_->has_video()) {
    const Duration gap = shown_ ? now - shown_->at - shown_->duration : Duration::zero();
    facts_.push_back(Switched{*changed_from_, on_air_->id(), playhead(now), std::max(gap, Duration::zero()), 0, 0});
    changed_from_.reset();
  }
}

// ---- pictures
// -----------------------------------------------------------------------------------------------------------------

void Programme::present(Instant now) {
  for (;;) {
    FrameQueue& frames = on_air_->video().frames();
    const PlayTime position = clock_.position(now);
    while (shown_ && !frames.empty() && frames.front().frame.content_time <= shown_->content_time) frames.pop();
    if (locked() && !frames.empty()) {
      const VideoFrame& front = frames.front().frame;
      // Of another picture rate: the last old picture is shown where half of a new one's time is left for it.
      const Duration least = std::min(front.duration, transition_->to->frame_interval()) / 2;
      if (front.content_time >= transition_->plan.leave - least) frames.clear();
    }
    if (frames.empty()) {
      if (change_if_due(position, now)) continue;
      return;
    }
    const VideoFrame& front = frames.front().frame;
    const PlayTime due = play(front.content_time);
    if (due > position && shown_) return;
    const bool newer_due = frames.size() > 1 && play(frames[1].frame.content_time) <= position;
    if (newer_due && position - due > front.duration) {
      if (!unseen_ && !catching_up_) {
        ++counters_.frames_dropped_late;
        ++dropped_before_;
      }
      frames.pop();
      continue;
    }
    const QueuedFrame queued = frames.front();
    frames.pop();
    show(queued, position, now);
  }
}

void Programme::count_losses(VideoFrame& frame, bool hole_before) {
  frame.lost_before = static_cast<std::uint32_t>(dropped_before_);
  if (!shown_ || frame.duration <= Duration::zero()) return;
  if (!hole_before && !changed_from_ && shown_->source == frame.source) return;
  Duration step = frame.content_time - (shown_->content_time + shown_->duration);
  // A source of a higher picture rate may begin in the middle of the old one's last picture: that repeats nothing.
  if (step < Duration::zero() && frame.duration < shown_->duration)
    step = std::min(Duration::zero(), step + (shown_->duration - frame.duration));
  const std::int64_t half = frame.duration.count() / 2;
  const std::int64_t frames =
      (step.count() + (step.count() < 0 ? -half : half)) / frame.duration.count() - dropped_before_;
  if (frames > 0) {
    frame.lost_before += static_cast<std::uint32_t>(frames);
    counters_.frames_lost += frames;
  } else if (frames < 0) {
    frame.repeated_before = static_cast<std::uint32_t>(-frames);
    counters_.frames_repeated -= frames;
  }
}

void Programme::show(const QueuedFrame& queued, PlayTime position, Instant now) {
  VideoFrame frame = queued.frame;
  count_losses(frame, queued.hole_before);
  dropped_before_ = 0;
  const bool counted = shown_ && !unseen_ && !std::exchange(catching_up_, false);
  const Duration gap = counted ? std::max(Duration::zero(), now - shown_->at - shown_->duration) : Duration::zero();
  counters_.longest_gap = std::max(counters_.longest_gap, gap);
  ++counters_.frames_presented;
  counters_.width = frame.width;
  counters_.height = frame.height;
  const Duration late = position - play(frame.content_time);
  video_.present(frame, now - std::max(Duration::zero(), late));
  if (!shown_) facts_.push_back(FirstFrame{frame.source, frame.content_time});
  if (changed_from_) {
    facts_.push_back(
        Switched{*changed_from_, frame.source, frame.content_time, gap, frame.lost_before, frame.repeated_before});
    changed_from_.reset();
  }
  shown_ = Shown{frame.source, frame.content_time, frame.duration, now};
}

// ---- the clock
// ----------------------------------------------------------------------------------------------------------------

/// How far there is something to play.
std::optional<PlayTime> Programme::play_limit() const {
  if (transition_ && transition_->locked) {
    const auto until = transition_->to->arrived_until();
    return until ? *until - transition_->base : transition_->plan.enter - transition_->base;
  }
  const auto until = on_air_->arrived_until();
  if (!until) return std::nullopt;
  return play(transition_ ? std::min(*until, transition_->plan.leave) : *until);
}

void Programme::watch_for_stall(Instant now) {
  const auto limit = play_limit();
  if (!limit || paused_) return;
  clock_.limit(*limit, now);
  const Duration left = *limit - clock_.position(now);
  const bool ended = on_air_->ended() && !transition_;
  if (left <= Duration::zero() && !ended) {
    if (!dry_since_) dry_since_ = now;
    if (!stalled_ && now - *dry_since_ >= kStallAfter) {
      stalled_ = true;
      ++counters_.stalls;
      clock_.hold(now);
      facts_.push_back(Stalled{});
    }
    return;
  }
  if (stalled_) {
    if (left < kResumeWith && !on_air_->ended() && !locked()) return;
    stalled_ = false;
    clock_.run(now);
    facts_.push_back(Resumed{now - *dry_since_});
  }
  dry_since_.reset();
}

void Programme::tell_played_out(Instant now) {
  if (played_out_ || transition_ || !on_air_->ended() || !on_air_->decoded_all()) return;
  if (!on_air_->video().frames().empty() || on_air_->video().holds_pictures()) return;
  const auto limit = play_limit();
  if (limit && clock_.position(now) + kEndTolerance < *limit) return;
  played_out_ = true;
  facts_.push_back(PlayedOut{on_air_->id()});
}

bool Programme::running_dry() const {
  return on_air_ && on_air_->has_video() && on_air_->video().frames().size() < kFewFrames;
}

void Programme::iterate(Instant now) {
  if (!on_air_) return;
  if (!started_) begin(now);
  if (!started_) return;
  if (paused_) {
    if (!shown_) present(now);
    return;
  }
  const Instant before = std::exchange(iterated_, now);
  if (audio_started_) {
    follow_sound(now);
  } else if (now - before > kAway) {
    clock_.limit(clock_.position(before), now);
  }
  watch_for_stall(now);
  present(now);
  if (has_sound_output()) write_audio(now);
  tell_played_out(now);
}

Instant Programme::next_deadline(Instant now) const {
  if (!on_air_ || !started_ || paused_) return Instant::max();
  Instant next = Instant::max();
  if (dry_since_ && !stalled_) next = *dry_since_ + kStallAfter;
  if (!clock_.running()) return next;
  const FrameQueue& frames = on_air_->video().frames();
  if (!frames.empty()) {
    next = std::min(next, clock_.reaches(play(frames.front().frame.content_time), now));
  } else if (locked() && !transition_->to->video().frames().empty()) {
    const MediaTime first = transition_->to->video().frames().front().frame.content_time;
    next = std::min(next, clock_.reaches(first - transition_->base, now));
  }
  const auto limit = play_limit();
  if (limit && !dry_since_) next = std::min(next, clock_.reaches(*limit, now));
  if (has_sound_output() && (audio_started_ || on_air_->has_audio())) {
    constexpr Duration kRefillAt = std::chrono::milliseconds(100);
    constexpr Duration kRetry = std::chrono::milliseconds(10);
    next = std::min(next, now + std::max(audio_.queued(now) - kRefillAt, kRetry));
  }
  return std::max(next, now);
}

}  // namespace understudy::media
