// Pictures to the worker's canvas. A picture is drawn within the call, so nothing of it is kept.
#pragma once

#include <functional>
#include <string>

#include "understudy/sinks.h"

namespace understudy::wasm {

class CanvasSink final : public VideoSink {
 public:
  explicit CanvasSink(std::function<std::string(SourceId)> name_of) : name_of_(std::move(name_of)) {}

  void present(const VideoFrame& frame, Instant due) override;
  void clear() override;

 private:
  std::function<std::string(SourceId)> name_of_;
};

}  // namespace understudy::wasm
