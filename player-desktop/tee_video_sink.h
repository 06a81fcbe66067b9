// The player's one video sink: stamps each picture with the real time of its arrival and hands it to every observer.
#pragma once

#include <functional>
#include <vector>

#include "observers/observer.h"
#include "understudy/sinks.h"

namespace understudy::desktop {

class TeeVideoSink final : public VideoSink {
 public:
  /// `clock` is the monotonic one. Observers are not owned and outlive the sink.
  TeeVideoSink(std::vector<ScreenObserver*> observers, std::function<Instant()> clock)
      : observers_(std::move(observers)), clock_(std::move(clock)) {}

  void present(const VideoFrame& frame, Instant due) override;
  void clear() override;

  void tick(Instant now);
  /// The earliest tick that any observer wants.
  std::optional<Instant> next_tick() const;
  /// All are finished; the first error is returned.
  Result<void> finish(Instant now);

 private:
  std::vector<ScreenObserver*> observers_;
  std::function<Instant()> clock_;
};

}  // namespace understudy::desktop
