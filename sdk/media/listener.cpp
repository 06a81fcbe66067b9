#include "media/listener.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "media/sample_time.h"

namespace understudy::media {

Listener::Listener(PacketQueue& packets) : packets_(packets), decoder_(AudioFormat{SoundMatch::kRate, 1}) {}

bool Listener::can_work(MediaTime playhead) const {
  const PacketQueue::Index next = std::max(cursor_, packets_.begin());
  return next < packets_.end() && packets_.at(next).content_time < playhead + SoundRing::kAhead;
}

void Listener::forget_from(PacketQueue::Index index) {
  if (index >= cursor_ || index < packets_.begin() || index >= packets_.end()) return;
  sound_.drop_from(packets_.at(index).content_time);
  cursor_ = index;
  fresh_ = true;
}

void Listener::work(MediaTime playhead) {
  if (cursor_ < packets_.begin()) fresh_ = true;
  cursor_ = std::max(cursor_, packets_.begin());
  const Packet& packet = packets_.at(cursor_++);
  const bool too_old = packet.content_time < playhead - SoundRing::kBehind;
  if (too_old || packet.unit.corrupt || !decoder_.open(*packet.track)) {
    fresh_ = true;
    return;
  }
  if (fresh_ || packet.restart || packet.discontinuity_sequence != discontinuity_sequence_) {
    decoder_.flush();
    pts_origin_ = packet.unit.pts;
    discontinuity_sequence_ = packet.discontinuity_sequence;
    fresh_ = false;
  }
  Packet placed = packet;
  placed.content_time = MediaTime(packet.unit.pts - pts_origin_);
  decoded_.clear();
  fresh_ = !decoder_.send(placed, decoded_);
  // The anchor may have moved since the stretch began: its place is that of the packet that is decoded now.
  const MediaTime origin = packet.content_time - (packet.unit.pts - pts_origin_);
  std::vector<float> samples;
  for (std::int64_t at = std::numeric_limits<std::int64_t>::min() / 2;;) {
    const auto begin = decoded_.next_available(at);
    if (!begin) break;
    const std::int64_t end = *decoded_.available_until(*begin);
    samples.resize(static_cast<std::size_t>(end - *begin));
    decoded_.copy(*begin, samples);
    sound_.add(packet.discontinuity_sequence, origin + sample_duration(*begin, SoundMatch::kRate), samples);
    at = end;
  }
}

}  // namespace understudy::media
