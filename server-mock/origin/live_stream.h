// The encoder thread of a channel and the window it fills. The thread makes segments, as early as settings.ahead_s
// allows; the callers of the other functions, on the io_context's thread, decide when they exist for the world.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "origin/live_window.h"
#include "origin/settings.h"
#include "origin_port.h"

namespace understudy::server {

class Programme;
class SegmentEncoder;

class LiveStream {
 public:
  /// `settings.label` is set. Starts the thread.
  LiveStream(const ChannelSettings& settings, std::uint8_t channel_index, std::vector<ContentFault> faults);
  ~LiveStream();
  LiveStream(const LiveStream&) = delete;
  LiveStream& operator=(const LiveStream&) = delete;

  /// Content faults from now on: what was encoded ahead and is not published is made again.
  void set_content_faults(std::vector<ContentFault> faults);
  void publish(WallTime now, const PublishFaults& faults);
  EncoderState state(WallTime now) const;

  /// Empty until the stream is playable.
  std::string multivariant_playlist() const;
  std::string media_playlist(WallTime as_of) const;
  std::shared_ptr<const std::string> init_section() const;
  struct Body {
    std::shared_ptr<const std::string> bytes;  // null: not there
    WallTime due{};
  };
  Body segment(int generation, std::int64_t media_sequence) const;
  /// See LiveWindow::position_since; -1 where there is no such segment.
  std::int64_t position_since(int generation, std::int64_t media_sequence, WallTime t) const;

 private:
  void run();
  bool encode_all(Programme& programme);
  std::unique_ptr<Programme> open_programme();
  bool pace(std::int64_t frame);
  void report(EncoderState::Kind kind, std::string message);
  bool sleep_unless_stopped(Duration d);

  const ChannelSettings settings_;
  const std::uint8_t channel_index_;

  mutable std::mutex mutex_;  // everything below
  std::condition_variable changed_;
  LiveWindow window_;
  std::vector<ContentFault> faults_;
  int faults_revision_ = 0;
  EncoderState::Kind kind_ = EncoderState::Kind::starting;
  std::string message_;
  bool playable_ = false;
  std::string codecs_;
  std::shared_ptr<const std::string> init_;
  std::optional<std::int64_t> origin_frame_;
  std::optional<std::int64_t> produced_until_;

  std::atomic<bool> stopping_{false};
  int encoding_revision_ = 0;  // the thread's own
  std::thread thread_;         // last: it uses all of the above
};

}  // namespace understudy::server
