// What is on the air: presents the pictures that are due, keeps the sound device filled, and carries out the change
// from one source to another at a planned splice.
//
// Everything here runs in play time (media_clock.h). A source is put on the air with a base: the content time at play
// time zero; a splice at one content time keeps the base, a jump over content that is not there changes it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "media/audio_mixer.h"
#include "media/media_clock.h"
#include "media/output_resampler.h"
#include "media/source.h"
#include "media/splice_plan.h"

namespace understudy::media {

/// The change to another source that is planned or under way.
struct Transition {
  std::shared_ptr<Source> to;
  SplicePlan plan;
  bool locked = false;
  MediaTime base{};               // of `to`
  std::int64_t audio_splice = 0;  // play sample at which the new sound is alone
  AudioMixer::Voice voice;
};

/// The last picture shown.
struct Shown {
  SourceId source{};
  MediaTime content_time{};
  Duration duration{};
  Instant at{};
};

/// What can be written to the device next.
struct SoundStretch {
  std::int64_t until = 0;
  bool silence = false;
};

class Programme {
 public:
  Programme(VideoSink& video, AudioSink& audio, Counters& counters, Source::Facts& facts);

  // -- what is shown
  void start(std::shared_ptr<Source> source, MediaTime from, Instant now);
  void stop(Instant now);
  void set_paused(bool paused, Instant now);
  void set_volume(float volume) { mixer_.set_volume(volume); }
  void set_rate_ppm(int ppm, Instant now);
  /// Of the pictures only some come, and nobody sees them: what is between them is not counted.
  void set_unseen(bool unseen);

  const std::shared_ptr<Source>& on_air() const { return on_air_; }
  bool started() const { return started_; }
  bool stalled() const { return stalled_; }
  bool paused() const { return paused_; }
  MediaTime wanted_from() const { return from_; }
  MediaTime playhead(Instant now) const;

  // -- changing the source
  /// The programme leaves its source at plan.leave for `to` at plan.enter. Until lock() the plan may be set again.
  void set_transition(std::shared_ptr<Source> to, const SplicePlan& plan);
  void clear_transition() { transition_.reset(); }
  bool has_transition() const { return transition_.has_value(); }
  bool locked() const { return transition_ && transition_->locked; }
  const Source* changing_to() const { return transition_ ? transition_->to.get() : nullptr; }
  std::shared_ptr<Source> next() const { return transition_ ? transition_->to : nullptr; }
  /// `to` is decoded at the splice: the change will happen.
  void lock();
  /// The old source turned out to be damaged before the splice. Without effect where its sound is already behind.
  void unlock_if_bad(MediaTime good_end);

  // -- running
  void iterate(Instant now);
  /// When something is due. `now`: the time of the last iterate().
  Instant next_deadline(Instant now) const;
  /// Few pictures are left: decoding them matters more than anything else.
  bool running_dry() const;

 private:
  PlayTime play(MediaTime content) const { return content - base_; }
  void begin(Instant now);
  void present(Instant now);
  bool change_if_due(PlayTime position, Instant now);
  void change(Instant now);
  void show(const QueuedFrame& queued, PlayTime position, Instant now);
  void count_losses(VideoFrame& frame, bool hole_before);
  void watch_for_stall(Instant now);
  std::optional<PlayTime> play_limit() const;
  void tell_played_out(Instant now);

  void write_audio(Instant now);
  void count_dry_device(Instant now);
  void follow_sound(Instant now);
  bool start_audio(Instant now);
  bool has_sound_output() const { return format_.sample_rate > 0 && format_.channels > 0; }
  std::optional<SoundStretch> next_sound(bool low) const;
  std::optional<SoundStretch> sound_of(const Source& source, std::int64_t offset, std::int64_t end, bool low) const;
  void write_stretch(std::int64_t frames, bool counted, Instant now);
  std::int64_t offset_of(MediaTime base) const;
  std::int64_t limit_index() const;

  VideoSink& video_;
  AudioSink& audio_;
  Counters& counters_;
  Source::Facts& facts_;
  AudioFormat format_;
  MediaClock clock_;
  AudioMixer mixer_;
  OutputResampler resampler_;

  std::shared_ptr<Source> on_air_;
  MediaTime from_{};
  MediaTime base_{};
  bool started_ = false;  // the first picture was shown
  bool paused_ = false;
  bool played_out_ = false;
  std::optional<Transition> transition_;
  std::optional<SourceId> changed_from_;  // the first picture of the new source is still to come
  std::optional<Shown> shown_;
  bool unseen_ = false;
  bool catching_up_ = false;         // until the next picture is shown: seen again, or for the first time
  std::int64_t dropped_before_ = 0;  // late pictures dropped since the last one shown

  bool audio_started_ = false;
  std::int64_t cursor_ = 0;  // play sample that is rendered next
  std::optional<Instant> heard_until_;  // what was written lasts so long; unset while silence is meant
  AudioMixer::Voice voice_;
  std::vector<float> rendered_;
  std::vector<float> output_;

  Instant iterated_{};
  std::optional<Instant> dry_since_;
  bool stalled_ = false;
};

}  // namespace understudy::media
