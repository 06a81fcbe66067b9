// A pipeline on virtual time with sinks that remember everything, and an owner that anchors sources as the session
// does.
#pragma once

#include <map>
#include <vector>

#include "encoded_stream.h"
#include "media/pipeline.h"
#include "understudy/null_sinks.h"

namespace understudy::test {

struct ShownPicture {
  SourceId source{};
  std::int64_t number = 0;
  MediaTime content_time{};
  Instant at{};
  std::uint32_t lost = 0;
  std::uint32_t repeated = 0;
};

class RememberingVideo final : public VideoSink {
 public:
  void present(const VideoFrame& frame, Instant due) override;
  void clear() override { ++cleared; }
  const Instant* now = nullptr;
  std::vector<ShownPicture> pictures;
  int cleared = 0;
};

class RememberingAudio final : public NullAudioSink {
 public:
  using NullAudioSink::NullAudioSink;
  std::vector<float> left;  // the first channel as played

 protected:
  void on_played(std::span<const float> samples) override;
};

class Rig {
  /// The first of several begins with a fresh platform.
  struct Alone {
    Alone();
    ~Alone() { --rigs; }
    static inline int rigs = 0;
  };
  Alone alone_;

 public:
  explicit Rig(AudioFormat format = {}, const media::PipelineLimits& limits = {});

  /// Opens a source whose content clock is off by `skew` (rounded dates).
  void open(SourceId id, const EncodedStream& stream, Duration skew = {}, std::uint32_t epoch = 1);
  /// As open(), for a source that the test opened itself.
  void expect(SourceId id, const EncodedStream& stream, Duration skew = {}, std::uint32_t epoch = 1);
  /// Feeds segment `index`, all of it or its first bytes; media sequence numbers follow the index.
  void feed(SourceId id, std::size_t index);
  void feed_cut(SourceId id, std::size_t index, double share);
  void feed_bytes(SourceId id, std::size_t index, const std::vector<std::uint8_t>& bytes, media::Pipeline::BodyEnd end);
  void feed_all(SourceId id, std::size_t from = 0);
  /// Places the source anew, by this much later than it is.
  void anchor_again(SourceId id, Duration by);
  /// Runs in steps of `step`, as a front end that wakes up that often.
  void run_for(Duration d, Duration step = std::chrono::milliseconds(5));
  void iterate();

  template <class F>
  std::vector<F> facts_of() const {
    std::vector<F> out;
    for (const media::Fact& fact : facts) {
      if (const F* f = std::get_if<F>(&fact)) out.push_back(*f);
    }
    return out;
  }
  media::SourceBuffer buffer(SourceId id) const;

  Instant now{Duration(1'000'000'000)};
  RememberingVideo video;
  RememberingAudio audio;
  media::Pipeline pipeline;
  std::vector<media::Fact> facts;

 private:
  struct Opened {
    EncodedStream stream;
    Duration skew{};
    Epoch epoch{};
    bool anchored = false;
    Duration offset{};
  };
  void take_facts();
  std::map<SourceId, Opened> opened_;
};

/// Everything that came is decoded, also where the platform bears a few pictures only.
media::PipelineLimits far_ahead();

constexpr MediaTime content(std::int64_t frame) { return MediaTime(frame * kFrame); }
constexpr SourceId kA{0};
constexpr SourceId kB{1};

}  // namespace understudy::test
