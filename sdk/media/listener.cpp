#include "media/listener.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "media/sample_time.h"

namespace understudy::media {

Listener::Listener(PacketQueue& packets) : packets_(packets), decoder_(AudioFormat{SoundMatch::kRate, 1}) {}

bool Listener::can_work(MediaTime playhead) const {
  if (unusable_ || !decoder_.can_take()) return false;
  const PacketQueue::Index next = std::max(cursor_, packets_.begin());
  return next < packets_.end() && packets_.at(next).content_time < playhead + SoundRing::kAhead;
}

bool Listener::complete(MediaTime playhead) const {
  return !can_work(playhead) && !decoder_.draining() && decoder_.coming() == 0;
}

void Listener::forget_from(PacketQueue::Index index) {
  if (index >= cursor_ || index < packets_.begin() || index >= packets_.end()) return;
  sound_.drop_from(packets_.at(index).content_time);
  cursor_ = index;
  fresh_ = true;
  decoder_.flush();
}

void Listener::shift(std::int64_t discontinuity_sequence, Duration by) {
  sound_.shift(discontinuity_sequence, by);
  if (discontinuity_sequence == discontinuity_sequence_) origin_ += by;
}

void Listener::shift_all(Duration by) {
  sound_.shift_all(by);
  origin_ += by;
}

void Listener::work(MediaTime playhead) {
  if (cursor_ < packets_.begin()) fresh_ = true;
  cursor_ = std::max(cursor_, packets_.begin());
  const Packet& packet = packets_.at(cursor_);
  fresh_ = fresh_ || packet.restart || packet.discontinuity_sequence != discontinuity_sequence_;
  // What is under way belongs to the stretch before.
  if (fresh_ && decoder_.coming() > 0) decoder_.drain(decoded_);
  if (decoder_.draining()) return;
  ++cursor_;
  const bool too_old = packet.content_time < playhead - SoundRing::kBehind;
  if (too_old || packet.unit.corrupt || !decoder_.open(*packet.track)) {
    fresh_ = true;
    return;
  }
  if (fresh_) {
    decoder_.flush();
    pts_origin_ = packet.unit.pts;
    discontinuity_sequence_ = packet.discontinuity_sequence;
    fresh_ = false;
  }
  Packet placed = packet;
  placed.content_time = MediaTime(packet.unit.pts - pts_origin_);
  // The anchor may have moved since the stretch began: its place is that of the packet that is decoded now.
  origin_ = packet.content_time - (packet.unit.pts - pts_origin_);
  fresh_ = !decoder_.send(placed, decoded_);
  take();
}

void Listener::receive(Instant now) {
  decoder_.receive(now, decoded_);
  take();
  const auto failure = decoder_.take_failure();
  if (!failure) return;
  decoder_.flush();
  fresh_ = true;
  unusable_ = failure->fatal;
}

/// What was decoded goes to its place in the ring.
void Listener::take() {
  std::vector<float> samples;
  for (std::int64_t at = std::numeric_limits<std::int64_t>::min() / 2;;) {
    const auto begin = decoded_.next_available(at);
    if (!begin) break;
    const std::int64_t end = *decoded_.available_until(*begin);
    samples.resize(static_cast<std::size_t>(end - *begin));
    decoded_.copy(*begin, samples);
    sound_.add(discontinuity_sequence_, origin_ + sample_duration(*begin, SoundMatch::kRate), samples);
    at = end;
  }
  decoded_.clear();
}

}  // namespace understudy::media
