// Bytes as orders to the media pipeline and as the segments that it is fed, on virtual time and sinks without a device. The
// first part of the input, up to the byte pair ff ff, is the script; the rest is media, which the script hands out in pieces to
// two sources. Whatever comes: it never asks for an earlier time, tells each fact once, presents nothing of a source that was
// not opened, and what it holds stays within its limits.
#include <algorithm>

#include "media/pipeline.h"
#include "support/target.h"
#include "understudy/null_sinks.h"

using namespace understudy;

namespace {

constexpr int kMaxOrders = 64;

class CheckedVideo final : public VideoSink {
 public:
  void present(const VideoFrame& frame, Instant due) override {
    PROMISE(frame.width > 0 && frame.height > 0 && frame.source.value < 2);
    PROMISE(due <= now);
    ++frames;
  }
  void clear() override {}
  Instant now{};
  int frames = 0;
};

class Stage {
 public:
  Stage(fuzz::Bytes script, fuzz::Bytes media) : script_(script), media_(media), pipeline_(video_, audio_, limits()) {}

  void run() {
    for (std::uint32_t id = 0; id < 2; ++id) open(SourceId{id});
    begin(SourceId{0}, false);
    for (int order = 0; order < kMaxOrders && !script_.empty(); ++order) step(script_.byte());
    // What is left comes as one segment of the first source, and is played out.
    append(media_.rest());
    for (auto& s : sources_) end(s, media::Pipeline::BodyEnd::complete);
    pipeline_.end_of_stream(SourceId{0}, sources_[0].epoch);
    for (int i = 0; i < 40; ++i) iterate(from_ms(40));
    pipeline_.stop();
    iterate(from_ms(10));
    const auto after = pipeline_.snapshot();
    PROMISE(!after.on_air && !after.playing);
  }

 private:
  struct Source {
    Epoch epoch{};
    std::optional<media::SegmentRef> segment;
    std::int64_t next = 0;
    std::int64_t discontinuity = 0;
  };

  static media::PipelineLimits limits() {
    media::PipelineLimits limits;
    limits.max_packet_bytes = 1u << 20;
    limits.max_frame_bytes = 4u << 20;
    limits.max_audio = std::chrono::seconds(4);
    return limits;
  }
  Source& at(SourceId id) { return sources_[id.value]; }

  void open(SourceId id) {
    end(at(id), media::Pipeline::BodyEnd::truncated);
    ++at(id).epoch.value;
    pipeline_.open(id, at(id).epoch, false);
  }
  void begin(SourceId id, bool discontinuity) {
    Source& s = at(id);
    end(s, media::Pipeline::BodyEnd::complete);
    if (discontinuity) ++s.discontinuity;
    s.segment = media::SegmentRef{id, s.epoch, media::Stream::main, MediaSequenceNumber{s.next++}, s.discontinuity};
    pipeline_.begin_segment(*s.segment, discontinuity, {});
    fed_ = id;
  }
  void append(fuzz::Bytes bytes) {
    if (!at(fed_).segment) begin(fed_, false);
    for (std::size_t from = 0; from < bytes.size(); from += 4096)
      pipeline_.append(*at(fed_).segment, bytes.subspan(from, std::min<std::size_t>(4096, bytes.size() - from)));
    take_facts();
  }
  void end(Source& s, media::Pipeline::BodyEnd how) {
    if (!s.segment) return;
    pipeline_.end_segment(*s.segment, how);
    s.segment.reset();
    take_facts();
  }
  void iterate(Duration step) {
    now_ += step;
    video_.now = now_;
    pipeline_.iterate(now_);
    audio_.advance(now_);
    take_facts();
    check(pipeline_.snapshot());
  }

  void step(std::uint8_t order) {
    const SourceId id{order / 16u % 2u};
    switch (order % 16) {
      case 0:
      case 1: return append(media_.take(1u + 64u * script_.byte()));
      case 2: return append(media_.take(1u + script_.byte()));
      case 3: return begin(id, false);
      case 4: return begin(id, true);
      case 5: return end(at(id), media::Pipeline::BodyEnd::truncated);
      case 6: return pipeline_.start(id, MediaTime(std::chrono::seconds(1000)));
      case 7: return pipeline_.prepare(id);
      case 8: return pipeline_.stand_by(id);
      case 9: return pipeline_.cancel(id);
      case 10: return splice(id);
      case 11: return pipeline_.set_paused(script_.byte() % 2 == 0, now_);
      case 12: return pipeline_.anchor(id, at(id).epoch, at(id).discontinuity, from_ms(static_cast<std::int32_t>(script_.u32())));
      case 13: return open(id);
      case 14: return pipeline_.set_pictures_wanted(script_.byte() % 2 == 0);
      default: return iterate(from_ms(script_.byte()));
    }
  }
  /// REQUIRES of splice(): a candidate.
  void splice(SourceId id) {
    if (pipeline_.snapshot().on_air == id) return;
    pipeline_.prepare(id);
    pipeline_.splice(id);
  }

  void take_facts() {
    for (int count = 0;; ++count) {
      PROMISE(count < 10'000);
      const auto fact = pipeline_.poll_fact();
      if (!fact) return;
      if (const auto* opened = std::get_if<media::SegmentOpened>(&*fact)) {
        // As the session does: from the segment's date.
        const auto date = MediaTime(std::chrono::seconds(1000 + 2 * opened->segment.msn.value));
        pipeline_.anchor(opened->segment.source, opened->segment.epoch, opened->segment.discontinuity_sequence, date - opened->first_pts);
      } else if (const auto* closed = std::get_if<media::SegmentClosed>(&*fact)) {
        PROMISE(closed->good == !closed->error.has_value());
        PROMISE(closed->span >= Duration::zero());
      } else if (const auto* damaged = std::get_if<media::MediaDamaged>(&*fact)) {
        PROMISE(damaged->error.code != ErrorCode::none && !damaged->error.detail.empty());
      } else if (const auto* switched = std::get_if<media::Switched>(&*fact)) {
        PROMISE(switched->frames_lost >= 0 && switched->frames_repeated >= 0 && switched->gap >= Duration::zero());
      }
    }
  }
  void check(const media::Snapshot& snapshot) {
    PROMISE(snapshot.sources.size() <= 2);
    PROMISE(snapshot.output_latency >= Duration::zero());
    for (const auto& buffer : snapshot.sources) PROMISE(!buffer.splice_ready || buffer.planned_splice);
  }

  fuzz::Reader script_;
  fuzz::Reader media_;
  CheckedVideo video_;
  NullAudioSink audio_;
  media::Pipeline pipeline_;
  Instant now_{std::chrono::seconds(10)};
  Source sources_[2];
  SourceId fed_{0};
};

}  // namespace

UNDERSTUDY_FUZZ_TARGET(pipeline) {
  const std::string_view text = fuzz::text_of(input);
  const std::size_t divide = std::min(text.find("\xff\xff"), text.size());
  const fuzz::Bytes media = input.subspan(std::min(divide + 2, input.size()));
  Stage(input.first(divide), media).run();
}
