// Records the screen as YUV4MPEG2 at the stream's constant frame rate, clocked by real time: at each tick it writes
// what a viewer sees then, so a late picture repeats the last one and a picture that was replaced before its tick is
// missing. This is the judge's view of the player.
//
// Pictures are expected in the middle between two ticks. The grid's phase follows their arrival by at most one percent
// of a period a picture, as a display with adaptive refresh would: following the encoder's clock (at most 0.5 %) then
// shows neither as a lost nor as a repeated picture, and a real gap still does. Each FRAME line carries `XT<monotonic
// ns>` and `XN` (new picture), `XR` (repeated) or `XC` (a card is on; the picture is black). The first picture gives
// size and rate; others are scaled to it.
#pragma once

#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "observers/observer.h"

namespace understudy::desktop {

struct FrameRate {
  int num = 25;
  int den = 1;
  Duration period() const { return from_ticks(den, static_cast<std::uint32_t>(num)); }
};

/// The nearest of the usual rates; 25 where the duration is unknown.
FrameRate frame_rate_of(Duration frame_duration);

/// Planes of a picture as I420 at width × height (nearest sample), for a raw video file.
std::vector<std::uint8_t> to_i420(const VideoFrame& frame, int width, int height);

class Y4mObserver final : public ScreenObserver {
 public:
  /// "-" is standard output. Error: file_output_failed.
  static Result<std::unique_ptr<Y4mObserver>> open(const std::string& path);
  ~Y4mObserver() override;

  void on_picture(const VideoFrame& frame, Instant due, Instant now) override;
  void on_clear(Instant now) override;
  void tick(Instant now) override;
  std::optional<Instant> next_tick() const override;
  Result<void> finish(Instant now) override;

 private:
  enum class Mark : char { fresh = 'N', repeated = 'R', card = 'C' };
  struct Item {
    std::optional<VideoFrame> frame;  // none: black
    Instant at{};
    Mark mark = Mark::fresh;
  };

  explicit Y4mObserver(std::FILE* file, bool owned);
  void follow_phase(Instant now);
  void enqueue(Item item);
  void write_all();
  bool write_item(const Item& item);
  void stop_writer();

  std::FILE* file_;
  bool owned_;
  bool begun_ = false;
  int width_ = 0;
  int height_ = 0;
  FrameRate rate_;
  Duration period_{};
  Instant next_tick_{};
  std::optional<VideoFrame> shown_;
  bool fresh_ = false;

  // A slow reader of a pipe must not hold up the player: a thread writes. Bound: kMaxQueued pictures; beyond it they
  // are dropped and finish() says so.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  bool ending_ = false;
  bool failed_ = false;
  std::uint64_t dropped_ = 0;
  bool header_written_ = false;  // the writer's alone
  std::thread writer_;
};

}  // namespace understudy::desktop
