// What loading asks of the world. Plain values; the session passes them on unchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/hls/playlist.h"
#include "understudy/error.h"
#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy::loading {

enum class Purpose { status, multivariant_playlist, media_playlist, init_section, segment, poster };

enum class Stream : std::uint8_t { main, audio };

/// The longest wait for each step of a request.
struct Timeouts {
  Duration connect = from_ms(2000);
  Duration first_byte = from_ms(4000);
  Duration body_stall = from_ms(3000);
  friend bool operator==(const Timeouts&, const Timeouts&) = default;
};

/// Where a segment's bytes go: straight to the media pipeline.
struct SegmentTarget {
  SourceId source{};
  Epoch epoch{};
  Stream stream = Stream::main;
  MediaSequenceNumber msn{};
  std::int64_t discontinuity_sequence = 0;
  bool discontinuity = false;           // time stamps start anew with it
  std::optional<RequestId> init;        // the request that fetched its media initialization section
  std::uint64_t resume_at = 0;          // bytes that earlier requests for it brought: the answer continues behind them
  friend bool operator==(const SegmentTarget&, const SegmentTarget&) = default;
};

struct Fetch {
  RequestId id{};
  Purpose purpose = Purpose::status;
  std::optional<SourceId> source;
  std::string url;
  std::optional<hls::ByteRange> range;
  std::string if_none_match;
  Timeouts timeouts;
  std::uint64_t max_body_bytes = 0;
  std::optional<SegmentTarget> segment;  // Purpose::segment only; the bodies of the others come back in FetchDone
  friend bool operator==(const Fetch&, const Fetch&) = default;
};

struct CancelFetch {
  RequestId id{};
  friend bool operator==(const CancelFetch&, const CancelFetch&) = default;
};

/// The media pipeline forgets what older epochs of the source left and expects this one.
struct OpenSource {
  SourceId source{};
  Epoch epoch{};
  bool separate_audio = false;
  friend bool operator==(const OpenSource&, const OpenSource&) = default;
};

struct CloseSource {
  SourceId source{};
  friend bool operator==(const CloseSource&, const CloseSource&) = default;
};

/// A URL that is not HLS: the media pipeline opens it by itself.
struct OpenDirect {
  SourceId source{};
  Epoch epoch{};
  std::string url;
  friend bool operator==(const OpenDirect&, const OpenDirect&) = default;
};

/// content time = PTS + offset for this discontinuity.
struct Anchor {
  SourceId source{};
  Epoch epoch{};
  std::int64_t discontinuity_sequence = 0;
  Duration offset{};
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

/// A segment that will not be completed: what arrived of it ends here.
struct AbandonSegment {
  SegmentTarget segment;
  friend bool operator==(const AbandonSegment&, const AbandonSegment&) = default;
};

/// Nothing follows: play out.
struct EndOfStream {
  SourceId source{};
  Epoch epoch{};
  friend bool operator==(const EndOfStream&, const EndOfStream&) = default;
};

using Command = std::variant<Fetch, CancelFetch, OpenSource, CloseSource, OpenDirect, Anchor, AbandonSegment, EndOfStream>;

/// Collects commands and hands out request ids; owned by the session, shared by its loaders. Drained after every input. A request that
/// is taken back before that is never told: after a suspend a loader asks for what was due meanwhile, and only then the controller
/// finds that the time of its source is over.
class Outbox {
 public:
  RequestId next_request() { return RequestId{++last_request_}; }
  void push(Command command) {
    const auto* cancel = std::get_if<CancelFetch>(&command);
    if (cancel == nullptr || !take_back(cancel->id)) commands_.push_back(std::move(command));
  }
  std::vector<Command> take() { return std::exchange(commands_, {}); }

 private:
  bool take_back(RequestId id);

  std::uint64_t last_request_ = 0;
  std::vector<Command> commands_;
};

/// How a request ended; all that the core learns of it.
struct FetchDone {
  RequestId id{};
  Error error;                 // none: the whole body arrived
  int status = 0;              // 0: no answer
  std::string final_url;
  std::string etag;
  std::optional<Duration> retry_after;
  std::optional<Duration> max_age;
  Duration age{};
  Duration connect{};
  Duration first_byte{};
  Duration total{};
  std::uint64_t body_bytes = 0;
  std::string body;            // empty for segments: their bytes went to the media pipeline
  friend bool operator==(const FetchDone&, const FetchDone&) = default;

  bool ok() const { return error.code == ErrorCode::none && (status == 200 || status == 206); }
  /// The error of a request that is not ok(), HTTP statuses included.
  Error failure() const;
};

/// A segment's answer began, or its body moved on. `bytes` counts from its begin.
struct FetchProgress {
  RequestId id{};
  std::uint64_t bytes = 0;
  std::optional<std::uint64_t> content_length;
  friend bool operator==(const FetchProgress&, const FetchProgress&) = default;
};

/// The media pipeline saw the first time stamp of a segment.
struct SegmentOpened {
  SourceId source{};
  Epoch epoch{};
  Stream stream = Stream::main;
  MediaSequenceNumber msn{};
  MediaTime first_pts{};
  friend bool operator==(const SegmentOpened&, const SegmentOpened&) = default;
};

/// All bytes of a segment went through the demuxer.
struct SegmentClosed {
  SourceId source{};
  Epoch epoch{};
  Stream stream = Stream::main;
  MediaSequenceNumber msn{};
  bool good = false;
  std::optional<Error> error;
  friend bool operator==(const SegmentClosed&, const SegmentClosed&) = default;
};

}  // namespace understudy::loading
