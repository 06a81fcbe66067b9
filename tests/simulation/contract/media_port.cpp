#include "simulation/contract/media_port.h"

namespace understudy::contract {

void MediaPort::open(SourceId id, const Programme& programme, Duration skew, std::uint32_t epoch) {
  open_[id] = Open{&programme, Epoch{epoch}, skew, std::nullopt};
  do_open(id, Epoch{epoch});
}

loading::SegmentTarget MediaPort::target_of(SourceId id, int segment) const {
  loading::SegmentTarget target;
  target.source = id;
  target.epoch = open_.at(id).epoch;
  target.msn = MediaSequenceNumber{segment};
  return target;
}

void MediaPort::feed(SourceId id, int segment, int from_percent, int to_percent) {
  const Piece& piece = open_.at(id).programme->pieces.at(static_cast<std::size_t>(segment));
  const auto place = [&](int percent) { return piece.bytes.size() * static_cast<std::size_t>(percent) / 100; };
  do_feed(target_of(id, segment), piece, place(from_percent), place(to_percent));
}

void MediaPort::feed_through(SourceId id, int first, int last) {
  for (int segment = first; segment <= last; ++segment) feed(id, segment);
}

void MediaPort::move(SourceId id, Duration by) {
  Open& source = open_.at(id);
  *source.offset += by;
  do_anchor(id, source.epoch, *source.offset);
}

void MediaPort::on_opened(SourceId id, Epoch epoch, int segment, MediaTime first_pts) {
  tell("opened " + std::to_string(id.value) + " segment " + std::to_string(segment));
  Open& source = open_.at(id);
  if (source.offset || source.epoch != epoch) return;
  const Piece& piece = source.programme->pieces.at(static_cast<std::size_t>(segment));
  source.offset = piece.content.first_frame * world::kFrame + source.skew - first_pts.time_since_epoch();
  do_anchor(id, epoch, *source.offset);
}

std::string in_frames(MediaTime at) {
  const Duration half = world::kFrame / 2;
  return std::to_string((at.time_since_epoch() + half) / world::kFrame);
}

}  // namespace understudy::contract
