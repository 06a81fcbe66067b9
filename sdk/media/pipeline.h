// The media pipeline: bytes of several sources in, one continuous picture and sound out.
//
// It demuxes (sdk/container), decodes (FFmpeg), and joins sources at one content time. It decides nothing about *who*
// is shown; it carries out start(), prepare(), splice(), and reports facts. Per source it keeps: a demuxer per stream,
// packets (bounded by bytes), a video and an audio decoder, decoded frames (bounded by bytes) and resampled sound.
//
// Time: content time = PTS + anchor(discontinuity) (FAILOVER.md 7). Access units of a discontinuity wait, undecoded,
// until its anchor() is set. What is on screen follows the audio sink's clock, or the monotonic one for a source
// without sound.
//
// Decoders answer at once (FFmpeg) or later (a browser's): see decoder.h. Where they do, iterate() is to be called when
// they answered.
//
// Decode ahead: everything that has arrived is decoded as far as the frame budget allows (bytes; four pictures in a
// browser), so that damage shows while there is still time to prepare another source; frames from the first damaged one
// up to the next random access point are never shown: the last good picture is held instead.
//
// Not thread-safe. No network, no clock: `now` is handed in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "understudy/error.h"
#include "understudy/event.h"
#include "understudy/frame.h"
#include "understudy/ids.h"
#include "understudy/sinks.h"

namespace understudy::media {

enum class Stream : std::uint8_t {
  main,   // a variant stream: muxed, video only or audio only
  audio,  // an alternative audio rendition beside it
};

/// Names one segment of one loading epoch of a source. Bytes and orders of an older epoch are ignored.
struct SegmentRef {
  SourceId source{};
  Epoch epoch{};
  Stream stream = Stream::main;
  MediaSequenceNumber msn{};
  std::int64_t discontinuity_sequence = 0;
  friend bool operator==(const SegmentRef&, const SegmentRef&) = default;
};

// ---- facts: what the pipeline tells, in order
// -------------------------------------------------------------------------------

/// The first time stamp of a segment is known; the owner answers with anchor() where the discontinuity has none yet.
struct SegmentOpened {
  SegmentRef segment;
  /// Of its first picture, told when a key picture comes; of its first sound where no picture track is there. Where a
  /// discontinuity begins without a key picture, that segment is passed over: what its date refers to may be missing.
  MediaTime first_pts{};
};
/// A segment's bytes have ended (end_segment was called) and what they held is known.
struct SegmentClosed {
  SegmentRef segment;
  bool good = false;           // complete, every access unit undamaged, at least one
  std::optional<Error> error;  // where not good: bad_media, unsupported_media, body_truncated, …
  Duration span{};             // of presentation time
};
/// Decoding found damage that the demuxer could not see, or can't decode this source at all (decoder_unavailable).
struct MediaDamaged {
  SourceId source{};
  MediaTime content_time{};  // the first frame that is not good
  Error error;
};
/// The first frame of a viewing (after start()) is on screen.
struct FirstFrame {
  SourceId source{};
  MediaTime content_time{};
};
/// The first frame of the new source after a splice is on screen.
struct Switched {
  SourceId from{};
  SourceId to{};
  MediaTime content_time{};
  Duration gap{};                // time between the last old and the first new picture beyond one frame's duration
  std::int64_t frames_lost = 0;  // content skipped, in frames of the new source
  std::int64_t frames_repeated = 0;
};
struct Stalled {};  // the playhead should advance and does not: buffer dry
struct Resumed {
  Duration gap{};
};
/// All of a source that was ended with end_of_stream() has been shown.
struct PlayedOut {
  SourceId source{};
};

/// Measured on the sound (FAILOVER.md 7): where the content of a candidate lies against that of the source on the air.
/// Told of sources that are prepared or stand by, as soon as a second of their sound was matched, and again when a
/// later measurement differs by more than 2 ms; once with clear = false when 1.5 s were compared with everything and
/// nothing clear was found. Sound that is late against its own picture (an encoder's delay that is not signalled) is no
/// skew: the pipeline corrects it by itself.
struct Aligned {
  SourceId source{};   // the candidate (or hot member)
  SourceId against{};  // the source on the air
  bool clear = false;  // one unambiguous peak; else nothing below is meant
  Duration skew{};     // the candidate's content time minus that of the source on the air, for the same content: > 0 =
                       // dated too late. The owner corrects it with anchor(old offset - skew).
  Duration error_bound{};
};

using Fact = std::variant<SegmentOpened, SegmentClosed, MediaDamaged, FirstFrame, Switched, Stalled, Resumed, PlayedOut,
                          Aligned>;

// ---- what is buffered
// ---------------------------------------------------------------------------------------------------------

struct SourceBuffer {
  SourceId source{};
  /// The end of the good media: the latest content time before which all its tracks are complete and free of errors,
  /// contiguous from its playhead or from its first random access point. Unset: nothing good yet.
  std::optional<MediaTime> good_until;
  std::optional<MediaTime> first_random_access;  // earliest content time from which it can be shown
  /// Candidates and sources standing by: where a splice to it would happen now (its last random access point between
  /// playhead + 100 ms and the active source's good end − 10 ms, else the good end itself, decoding from the access
  /// point before), and whether picture and sound from there on are decoded (of a source standing by: the key picture
  /// and the first sound). Where the candidate begins later than the good end, the splice is at its beginning.
  std::optional<MediaTime> planned_splice;
  bool splice_ready = false;
  std::uint64_t bytes = 0;  // appended since open()
  /// How fast its pictures were decoded of late while there was work: content ms per second. Unset until measured.
  std::optional<std::int64_t> decode_permille;
};

struct Snapshot {
  std::optional<SourceId> on_air;
  bool playing = false;  // the playhead advances
  bool stalled = false;
  MediaTime playhead{};  // content time on screen
  Duration output_latency{};
  std::vector<SourceBuffer> sources;  // by SourceId
};

struct Counters {
  std::int64_t frames_decoded = 0;  // of all sources, shown or not
  std::int64_t frames_presented = 0;
  std::int64_t frames_lost = 0;
  std::int64_t frames_repeated = 0;
  std::int64_t frames_dropped_late = 0;
  std::int64_t stalls = 0;
  Duration longest_gap{};
  std::int64_t silence_frames = 0;  // audio sample frames of silence: none were there, or nobody filled the device's queue in time
  int width = 0;
  int height = 0;
  std::string video_codec;
  std::string audio_codec;
};

/// Bounds, each of them per source.
struct PipelineLimits {
  std::uint64_t max_packet_bytes = 64u << 20;
  std::uint64_t max_frame_bytes = 96u << 20;
  Duration max_audio = std::chrono::seconds(20);
  /// Pictures that are decoded, or on their way out of the decoder. Unset: what the platform's decoders bear, with
  /// FFmpeg any number, with a browser's four: it lends its memory, and stops where it has none left.
  std::optional<std::size_t> max_pictures;
};

class Pipeline {
 public:
  /// The sinks belong to the caller and outlive the pipeline.
  Pipeline(VideoSink& video, AudioSink& audio, const PipelineLimits& limits = {});
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  // -- feeding: from the network straight in
  /// Begins a loading epoch of a source. What an older epoch of it left is dropped, unless it is on air: then it plays
  /// on, and the new epoch's media continues it where content times meet. `separate_audio`: an audio stream comes
  /// beside main.
  void open(SourceId source, Epoch epoch, bool separate_audio);
  void close(SourceId source);
  /// `init`: the media initialization section's bytes, empty where there is none.
  void begin_segment(const SegmentRef& segment, bool discontinuity, std::span<const std::uint8_t> init);
  void append(const SegmentRef& segment, std::span<const std::uint8_t> bytes);
  enum class BodyEnd { complete, truncated };
  void end_segment(const SegmentRef& segment, BodyEnd end);
  /// No more media will come (EXT-X-ENDLIST): play out.
  void end_of_stream(SourceId source, Epoch epoch);
  /// content time = PTS + offset, for this discontinuity. Setting it again moves all media of a source that is not on
  /// the air (what was decoded is decoded anew), and only media that was not yet decoded of the one that is; a source
  /// that the splice to is already under way counts as on the air.
  void anchor(SourceId source, Epoch epoch, std::int64_t discontinuity_sequence, Duration offset);
  /// Any URL that FFmpeg opens and that is not HLS: read on a thread of its own behind a bounded queue.
  void open_direct(SourceId source, Epoch epoch, const std::string& url);

  // -- what is shown
  /// Goes on air with this source at content time `from`, or its first later random access point, as soon as that is
  /// decoded. Ends whatever was on air.
  void start(SourceId source, MediaTime from);
  /// Makes this source a candidate: plan the splice against the active source and decode around it. Kept current as
  /// media arrives.
  void prepare(SourceId candidate);
  /// Hot standby: as prepare(), but of its pictures only the key picture at the planned splice is decoded, and of its
  /// sound what alignment and readiness need. prepare() raises it, splice() too.
  void stand_by(SourceId member);
  /// No longer a candidate nor standing by; its packets stay until close() or open().
  void cancel(SourceId candidate);
  /// Commit: the shown frames change source at the planned splice. Irrevocable; the old source is dropped after it.
  /// REQUIRES: prepare(to) or stand_by(to) was called. Where it is not yet ready, the last picture is held until it is.
  void splice(SourceId to);
  /// Takes everything off the air: clears the screen, flushes the sound.
  void stop();
  void set_paused(bool paused, Instant now);
  /// Nobody sees the pictures (a hidden tab): sound goes on, of the pictures on the air only random access points are
  /// decoded and shown, and nothing is counted as lost, late or a gap for it. True again: decoding goes on from the
  /// last one at once.
  void set_pictures_wanted(bool wanted);
  void set_volume(int percent, bool muted);
  /// Playback rate − 1, within ±5000 ppm: sound is resampled and the picture follows (clock drift, FAILOVER.md 2).
  void set_rate_ppm(int ppm);

  // -- running
  /// Decodes (bounded work), writes sound, presents what is due.
  void iterate(Instant now);
  Instant next_deadline() const;
  std::optional<Fact> poll_fact();
  Snapshot snapshot() const;
  const Counters& counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
