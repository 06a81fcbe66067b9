#include "container/ts/opus_stream.h"

#include <algorithm>

#include "container/byte_reader.h"

namespace understudy::container::ts {
namespace {

// The body of dOps (Opus in ISOBMFF 4.3.2) for the channel configuration code of the TS descriptor: 0 is dual mono, 1…8
// the Vorbis layouts. Pre-skip is not signalled there.
std::vector<std::uint8_t> opus_config(std::uint8_t code) {
  constexpr std::uint8_t kStreams[9] = {1, 1, 1, 2, 2, 3, 4, 4, 5};
  constexpr std::uint8_t kCoupled[9] = {1, 0, 1, 1, 2, 2, 2, 3, 3};
  constexpr std::uint8_t kMapping[9][8] = {{0, 1},
                                           {0},
                                           {0, 1},
                                           {0, 2, 1},
                                           {0, 1, 2, 3},
                                           {0, 4, 1, 2, 3},
                                           {0, 4, 1, 2, 3, 5},
                                           {0, 4, 1, 2, 3, 5, 6},
                                           {0, 6, 1, 2, 3, 4, 5, 7}};
  if (code > 8) return {};
  const std::uint8_t channels = code == 0 ? 2 : code;
  std::vector<std::uint8_t> config = {
      0, channels, 0, 0, 0, 0, 0xbb, 0x80, 0, 0, static_cast<std::uint8_t>(code == 0 ? 255 : code <= 2 ? 0 : 1)};
  if (config.back() != 0) {
    config.push_back(kStreams[code]);
    config.push_back(kCoupled[code]);
    config.insert(config.end(), kMapping[code], kMapping[code] + channels);
  }
  return config;
}

TrackInfo describe(std::uint32_t track, std::uint8_t code) {
  TrackInfo info;
  info.id = track;
  info.kind = TrackKind::audio;
  info.codec = Codec::opus;
  info.config = opus_config(code);
  info.sample_rate = 48000;
  info.channels = info.config.empty() ? 0 : info.config[1];
  return info;
}

}  // namespace

std::uint32_t opus_packet_samples(std::span<const std::uint8_t> packet) {
  if (packet.empty()) return 0;
  const unsigned config = packet[0] >> 3;
  constexpr std::uint32_t kSilk[4] = {480, 960, 1920, 2880};
  std::uint32_t frame = config < 12 ? kSilk[config & 3] : config < 16 ? 480u << (config & 1) : 120u << (config & 3);
  switch (packet[0] & 3) {
    case 0: return frame;
    case 1:
    case 2: return frame * 2;
    default: return packet.size() < 2 ? 0 : frame * (packet[1] & 0x3fu);
  }
}

OpusStream::OpusStream(std::uint32_t track, std::uint8_t channel_config, const StreamContext& context)
    : context_(context), output_(describe(track, channel_config), *context.log) {}

void OpusStream::begin_segment(const SegmentStart& start) {
  output_.begin_segment(start);
  packet_.clear();
  corrupt_ = false;
  if (start.discontinuity) next_pts_.reset();
}

void OpusStream::begin_packet(const std::optional<Stamp>& stamp, Sink& sink) {
  finish_packet(sink);
  if (stamp) next_pts_ = stamp->pts;
}

void OpusStream::push(std::span<const std::uint8_t> bytes, Sink&) {
  if (packet_.size() + bytes.size() > kMaxPacket) {
    context_.log->fail(ErrorCode::limit_exceeded, "an Opus PES packet is larger than the limit");
    corrupt_ = true;
    return;
  }
  packet_.insert(packet_.end(), bytes.begin(), bytes.end());
}

void OpusStream::finish_packet(Sink& sink) {
  ByteReader bytes(packet_);
  while (bytes.left() >= 2) {
    const std::uint16_t start = bytes.u16();
    if (start >> 5 != 0x3ff) break;
    std::size_t size = 0;
    std::uint8_t part = 0xff;
    while (part == 0xff && bytes.ok()) size += part = bytes.u8();
    if ((start & 0x10) != 0) bytes.skip(2);  // start trim
    if ((start & 0x08) != 0) bytes.skip(2);  // end trim
    if ((start & 0x04) != 0) bytes.skip(bytes.u8());
    if (size > bytes.left()) corrupt_ = true;
    const auto unit = bytes.take(std::min(size, bytes.left()));
    if (!bytes.ok() || unit.empty()) break;
    emit(unit, sink);
  }
  context_.log->skipped_bytes += static_cast<std::uint32_t>(bytes.left());
  if (corrupt_) output_.note_loss();
  packet_.clear();
  corrupt_ = false;
}

void OpusStream::emit(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (!next_pts_) return;
  AccessUnit unit;
  unit.pts = unit.dts = *next_pts_;
  unit.duration = from_ticks(opus_packet_samples(bytes), 48000);
  unit.key = true;
  unit.corrupt = corrupt_;
  *next_pts_ += unit.duration;
  auto storage = context_.pool->take();
  storage.assign(bytes.begin(), bytes.end());
  unit.data = context_.pool->seal(std::move(storage));
  output_.emit(std::move(unit), sink);
}

void OpusStream::gap(Sink&) {
  if (packet_.empty()) {
    output_.note_loss();
  } else {
    corrupt_ = true;
  }
}

void OpusStream::end_segment(BodyEnd end, Sink& sink) {
  if (end == BodyEnd::complete) {
    finish_packet(sink);
  } else {
    output_.note_loss();
    packet_.clear();
  }
}

}  // namespace understudy::container::ts
