// What is on screen at the end of a session, as a PNG.
#pragma once

#include <functional>
#include <string>

#include "observers/observer.h"
#include "screen.h"

namespace understudy::desktop {

class Snapshot final : public ScreenObserver {
 public:
  Snapshot(std::string path, Fonts& fonts, std::function<ScreenContent()> content)
      : path_(std::move(path)), fonts_(fonts), content_(std::move(content)) {}

  void on_picture(const VideoFrame& frame, Instant, Instant) override { shown_ = frame; }
  void on_clear(Instant) override { shown_.reset(); }
  Result<void> finish(Instant now) override;

 private:
  std::string path_;
  Fonts& fonts_;
  std::function<ScreenContent()> content_;
  std::optional<VideoFrame> shown_;
};

}  // namespace understudy::desktop
