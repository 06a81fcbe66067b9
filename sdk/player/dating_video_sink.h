// Adds the program date time to each picture on its way to the app's sink: the pipeline knows content time, and only the session
// knows whether that is a date.
#pragma once

#include <functional>
#include <utility>

#include "core/timeline/live_timeline.h"
#include "understudy/sinks.h"

namespace understudy {

class DatingVideoSink : public VideoSink {
 public:
  DatingVideoSink(VideoSink& sink, std::function<bool(SourceId)> dated) : sink_(&sink), dated_(std::move(dated)) {}

  void present(const VideoFrame& frame, Instant due) override {
    VideoFrame with_date = frame;  // planes are shared
    if (dated_(frame.source)) with_date.program_date_time = timeline::wall_time(frame.content_time);
    sink_->present(with_date, due);
  }
  void clear() override { sink_->clear(); }

 private:
  VideoSink* sink_;
  std::function<bool(SourceId)> dated_;
};

}  // namespace understudy
