// A picture of a whole session: one thumbnail a second of what was on screen, its source and time below, in rows.
#pragma once

#include <SDL.h>

#include <functional>
#include <string>
#include <vector>

#include "observers/observer.h"
#include "poster.h"
#include "screen.h"

namespace understudy::desktop {

class Filmstrip final : public ScreenObserver {
 public:
  struct Callbacks {
    std::function<ScreenContent()> content;            // what lies over or instead of the picture
    std::function<std::string(SourceId)> source_name;  // asked at the end
  };
  Filmstrip(std::string path, Fonts& fonts, Instant start, Callbacks callbacks);

  void on_picture(const VideoFrame& frame, Instant due, Instant now) override;
  void on_clear(Instant now) override;
  void tick(Instant now) override;
  std::optional<Instant> next_tick() const override { return next_; }
  Result<void> finish(Instant now) override;

 private:
  struct Thumbnail {
    SurfacePtr image;
    Instant at{};
    std::optional<SourceId> source;  // none: a card
    std::string card;
  };

  void capture(Instant at);
  /// Beyond kMaxThumbnails every other one goes and the interval doubles.
  void thin_out();
  std::string label(const Thumbnail& thumbnail) const;

  std::string path_;
  Fonts& fonts_;
  Instant start_;
  Callbacks callbacks_;
  OffscreenScreen offscreen_;
  Duration interval_ = std::chrono::seconds(1);
  Instant next_;
  std::optional<VideoFrame> shown_;
  bool changed_ = false;  // since the last capture: another source, or a card
  std::vector<Thumbnail> thumbnails_;
};

}  // namespace understudy::desktop
