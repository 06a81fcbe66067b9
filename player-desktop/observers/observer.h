// Whoever watches the screen in real time: the window, recordings, the film strip, the frame list.
#pragma once

#include <optional>

#include "understudy/frame.h"
#include "understudy/player.h"
#include "understudy/result.h"

namespace understudy::desktop {

class ScreenObserver {
 public:
  virtual ~ScreenObserver() = default;
  /// A new picture is on screen from `now` on; it was due at `due`.
  virtual void on_picture(const VideoFrame& frame, Instant due, Instant now) = 0;
  /// No picture is on: a card is.
  virtual void on_clear(Instant now) = 0;
  /// Real time has come to `now`; nothing changed on screen since the last call of any kind.
  virtual void tick(Instant /*now*/) {}
  /// When tick() is wanted again.
  virtual std::optional<Instant> next_tick() const { return std::nullopt; }
  /// The session is over: whatever goes to a file is complete afterwards. Error: file_output_failed.
  virtual Result<void> finish(Instant /*now*/) { return {}; }
};

}  // namespace understudy::desktop
