#include "tee_video_sink.h"

namespace understudy::desktop {

void TeeVideoSink::present(const VideoFrame& frame, Instant due) {
  const Instant now = clock_();
  for (ScreenObserver* observer : observers_) observer->on_picture(frame, due, now);
}

void TeeVideoSink::clear() {
  const Instant now = clock_();
  for (ScreenObserver* observer : observers_) observer->on_clear(now);
}

void TeeVideoSink::tick(Instant now) {
  for (ScreenObserver* observer : observers_) observer->tick(now);
}

std::optional<Instant> TeeVideoSink::next_tick() const {
  std::optional<Instant> next;
  for (const ScreenObserver* observer : observers_) {
    const auto at = observer->next_tick();
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

Result<void> TeeVideoSink::finish(Instant now) {
  Result<void> result;
  for (ScreenObserver* observer : observers_) {
    Result<void> one = observer->finish(now);
    if (!one && result) result = std::move(one);
  }
  return result;
}

}  // namespace understudy::desktop
