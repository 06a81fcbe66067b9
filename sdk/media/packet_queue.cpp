#include "media/packet_queue.h"

#include <algorithm>

namespace understudy::media {

void PacketQueue::push(Packet&& packet) {
  bytes_ += packet.unit.data.size();
  packets_.push_back(std::move(packet));
}

void PacketQueue::drop_before(Index index) {
  while (first_ < index && !packets_.empty()) {
    bytes_ -= packets_.front().unit.data.size();
    packets_.pop_front();
    ++first_;
  }
}

std::optional<PacketQueue::Index> PacketQueue::start_for(MediaTime time) const {
  std::optional<Index> best;
  for (Index i = begin(); i < end(); ++i) {
    const Packet& packet = at(i);
    if (!packet.starts_decoding()) continue;
    if (packet.content_time > time && best) break;
    best = i;
    if (packet.content_time > time) break;
  }
  return best;
}

std::optional<PacketQueue::Index> PacketQueue::next_start(Index index) const {
  for (Index i = std::max(index, begin()); i < end(); ++i) {
    if (at(i).starts_decoding()) return i;
  }
  return std::nullopt;
}

std::optional<PacketQueue::Index> PacketQueue::find(MediaTime time, Index before, Index depth) const {
  for (Index i = std::min(before, end()); i > begin() && before - i < depth; --i) {
    if (at(i - 1).content_time == time) return i - 1;
  }
  return std::nullopt;
}

MediaRange PacketQueue::shift(Index index, std::int64_t discontinuity_sequence, Duration by) {
  std::optional<MediaRange> range;
  for (Index i = std::max(index, begin()); i < end(); ++i) {
    Packet& packet = packets_[static_cast<std::size_t>(i - first_)];
    if (packet.discontinuity_sequence != discontinuity_sequence) continue;
    const MediaRange here{packet.content_time, packet.content_time + packet.duration};
    range = range ? MediaRange{std::min(range->begin, here.begin), std::max(range->end, here.end)} : here;
    packet.content_time += by;
  }
  return range.value_or(MediaRange{});
}

}  // namespace understudy::media
