// The incremental push demuxer: bytes of media segments in, access units out, as soon as they are complete.
//
// One Demuxer serves one stream of one source (a muxed variant, or an audio rendition), segment after segment:
//
//   demuxer->begin_segment({.discontinuity = false});
//   demuxer->push(init_section, sink)                 // fMP4: once per EXT-X-MAP; as a segment part of its own
//   while (bytes arrive) demuxer->push(bytes, sink);  // any chunking gives the same access units
//   SegmentReport r = demuxer->end_segment(BodyEnd::complete | truncated, sink);
//
// It keeps what crosses segment borders (33-bit unwrap state, parameter sets, PMT, init section) and nothing else; memory is
// bounded (Limits). Malformed bytes never throw or abort: they are skipped, counted in the report and the first is kept as a
// typed Error. Not thread-safe; no I/O; no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "container/access_unit.h"
#include "understudy/error.h"

namespace understudy::container {

/// Receives the demuxer's output, in the order of the bytes. Called from within push() and end_segment() only.
class Sink {
 public:
  virtual ~Sink() = default;
  /// A track appeared, or its configuration changed; always before its first access unit that needs it.
  virtual void on_track(const TrackInfo& track) = 0;
  virtual void on_access_unit(AccessUnit&& unit) = 0;
};

enum class BodyEnd {
  complete,   // the whole body arrived
  truncated,  // it broke off: the last access unit of each track is dropped, it may be cut
};

struct SegmentStart {
  bool discontinuity = false;  // EXT-X-DISCONTINUITY before it: time stamps, continuity counters and PSI start anew
};

struct TrackReport {
  std::uint32_t track = 0;
  std::uint32_t access_units = 0;
  std::optional<MediaTime> first_pts;  // lowest PTS of the segment
  /// Everything of this track before this time is complete and free of errors: the end (PTS + duration) of the last access
  /// unit before the first damaged or missing one. Unset when there is no good access unit.
  std::optional<MediaTime> good_until;
};

struct SegmentReport {
  std::vector<TrackReport> tracks;
  std::uint32_t damaged_units = 0;      // access units marked corrupt
  std::uint32_t continuity_errors = 0;  // TS continuity counter gaps
  std::uint32_t skipped_bytes = 0;      // bytes that belong to no packet or box
  std::optional<Error> error;           // the first error: bad_media, unsupported_media, limit_exceeded
};

/// Bounds on what a hostile stream can make a demuxer hold.
struct Limits {
  std::size_t max_access_unit_bytes = 16u << 20;
  std::size_t max_pending_bytes = 48u << 20;  // an fMP4 fragment whose samples are not yet all here
  std::size_t max_tracks = 32;
};

class Demuxer {
 public:
  virtual ~Demuxer() = default;
  virtual void begin_segment(const SegmentStart& start) = 0;
  virtual void push(std::span<const std::uint8_t> bytes, Sink& sink) = 0;
  virtual SegmentReport end_segment(BodyEnd end, Sink& sink) = 0;
  /// The container lists a picture track, whether or not anything of it has come yet.
  virtual bool lists_video() const = 0;
};

/// Picks the container (MPEG-TS, fMP4, packed ADTS, MP3, AC-3, E-AC-3) from the first bytes of the first segment or
/// init section, and again after a discontinuity. Unrecognised bytes end in a report with bad_media.
std::unique_ptr<Demuxer> make_demuxer(const Limits& limits = {});

}  // namespace understudy::container
