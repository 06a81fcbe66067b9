// Any URL that libavformat opens and that is not HLS (RTMP, SRT, RTSP, UDP, DASH, files): read on a thread of its own,
// since libavformat blocks, behind a bounded queue that the pipeline empties from iterate().
//
// Where the queue is full the thread waits, and with it the sender: what cannot wait (UDP) is then dropped by the
// network.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "container/access_unit.h"
#include "understudy/error.h"

namespace understudy::media {

class DirectSource {
 public:
  struct End {
    std::optional<Error> error;  // unset: the stream ended of itself
  };
  /// Tracks come before their first access unit; End comes once, last.
  using Item = std::variant<container::TrackInfo, container::AccessUnit, End>;

  explicit DirectSource(const std::string& url);
  /// Interrupts the reading and waits for the thread.
  ~DirectSource();
  DirectSource(const DirectSource&) = delete;
  DirectSource& operator=(const DirectSource&) = delete;

  /// What came in the meantime, in order; nothing where the queue is empty. Never blocks.
  std::optional<Item> poll();

  static constexpr std::size_t kMaxQueueBytes = 16u << 20;
  static constexpr std::size_t kMaxQueueItems = 4096;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
