// The contract's calls, made to the real pipeline with real media, on sinks without a device.
#pragma once

#include <set>
#include <tuple>

#include "media/pipeline.h"
#include "simulation/contract/media_port.h"
#include "understudy/null_sinks.h"

namespace understudy::contract {

class PipelinePort final : public MediaPort {
 public:
  PipelinePort();

  void close(SourceId id) override;
  void abandon(SourceId id, int segment) override;
  void end_of_stream(SourceId id) override;
  void start(SourceId id, MediaTime from) override;
  void prepare(SourceId id) override;
  void stand_by(SourceId id) override;
  void cancel(SourceId id) override;
  void splice(SourceId id) override;
  void stop() override;
  void pause(bool paused) override;
  void rate(int ppm) override;
  void run_for(Duration d) override;
  Buffered buffered(SourceId id) override;
  MediaTime playhead() override { return pipeline_.snapshot().playhead; }
  bool stalled() override { return pipeline_.snapshot().stalled; }

 private:
  /// The screen: reads the number that is drawn into every picture.
  class Screen final : public VideoSink {
   public:
    explicit Screen(PipelinePort& port) : port_(port) {}
    void present(const VideoFrame& frame, Instant due) override;
    void clear() override {}

   private:
    PipelinePort& port_;
  };

  void do_open(SourceId id, Epoch epoch) override;
  void do_feed(const loading::SegmentTarget& target, const Piece& piece, std::size_t from, std::size_t until) override;
  void do_anchor(SourceId id, Epoch epoch, Duration offset) override;
  media::SegmentRef ref_of(const loading::SegmentTarget& target) const;
  void settle();
  void take();

  Screen screen_{*this};
  NullAudioSink speaker_;
  media::Pipeline pipeline_;
  std::set<std::tuple<SourceId, Epoch, MediaSequenceNumber>> begun_;
};

}  // namespace understudy::contract
