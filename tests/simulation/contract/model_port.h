// The contract's calls, made to the model.
#pragma once

#include "simulation/contract/media_port.h"

namespace understudy::contract {

class ModelPort final : public MediaPort {
 public:
  /// `step`: time advances by so much at once; zero for all of it.
  explicit ModelPort(bool sound, Duration step = {});

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
  MediaTime playhead() override { return model_.playhead(); }
  bool stalled() override;

 private:
  void do_open(SourceId id, Epoch epoch) override;
  void do_feed(const loading::SegmentTarget& target, const Piece& piece, std::size_t from, std::size_t until) override;
  void do_anchor(SourceId id, Epoch epoch, Duration offset) override;
  void settle();
  void take();

  world::MediaModel model_;
  Duration step_;
};

}  // namespace understudy::contract
