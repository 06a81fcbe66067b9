// The coded packets of one track, in decode order. Each has an index that never changes, so that decoding can go back
// to an earlier random access point when a splice is planned anew.
//
// Bounded by its owner (PipelineLimits::max_packet_bytes over a source's tracks).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "container/access_unit.h"
#include "understudy/time.h"

namespace understudy::media {

struct Packet {
  container::AccessUnit unit;
  std::shared_ptr<const container::TrackInfo> track;
  std::int64_t discontinuity_sequence = 0;
  MediaTime content_time{};
  Duration duration{};       // the unit's, else estimated; > 0
  bool hole_before = false;  // media is missing directly before it
  bool restart = false;      // the decoder must start afresh: after a hole or a discontinuity

  bool starts_decoding() const { return unit.key && !unit.corrupt; }
};

class PacketQueue {
 public:
  using Index = std::uint64_t;

  void push(Packet&& packet);
  void drop_before(Index index);

  Index begin() const { return first_; }
  Index end() const { return first_ + packets_.size(); }
  const Packet& at(Index index) const { return packets_[static_cast<std::size_t>(index - first_)]; }
  std::uint64_t bytes() const { return bytes_; }

  /// The last packet at which decoding can start to show `time`; else the first one after it.
  std::optional<Index> start_for(MediaTime time) const;
  /// The first packet from `index` on at which decoding can start.
  std::optional<Index> next_start(Index index) const;
  /// The packet of this content time among the `depth` before `before`.
  std::optional<Index> find(MediaTime time, Index before, Index depth) const;
  /// Moves what comes from `index` on and belongs to this discontinuity. Returns the range where that was.
  MediaRange shift(Index index, std::int64_t discontinuity_sequence, Duration by);

 private:
  std::deque<Packet> packets_;
  Index first_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace understudy::media
