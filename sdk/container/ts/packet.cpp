#include "container/ts/packet.h"

#include <algorithm>
#include <utility>

namespace understudy::container::ts {

Packet Packet::parse(std::span<const std::uint8_t> bytes) {
  Packet packet;
  packet.transport_error = (bytes[1] & 0x80) != 0;
  packet.unit_start = (bytes[1] & 0x40) != 0;
  packet.pid = static_cast<std::uint16_t>((bytes[1] & 0x1f) << 8 | bytes[2]);
  packet.scrambled = (bytes[3] & 0xc0) != 0;
  packet.continuity_counter = bytes[3] & 0x0f;
  const bool has_adaptation = (bytes[3] & 0x20) != 0;
  const bool has_payload = (bytes[3] & 0x10) != 0;
  std::size_t payload_at = 4;
  if (has_adaptation) {
    const std::size_t length = bytes[4];
    payload_at = std::min(5 + length, kPacketSize);
    if (length >= 1) packet.discontinuity = (bytes[5] & 0x80) != 0;
    if (length >= 7 && payload_at <= kPacketSize && (bytes[5] & 0x10) != 0) {
      packet.pcr = std::uint64_t{bytes[6]} << 25 | std::uint64_t{bytes[7]} << 17 | std::uint64_t{bytes[8]} << 9 |
                   std::uint64_t{bytes[9]} << 1 | bytes[10] >> 7;
    }
  }
  if (has_payload) packet.payload = bytes.subspan(payload_at);
  return packet;
}

std::size_t PacketSync::take_skipped() { return std::exchange(skipped_, 0); }

std::size_t PacketSync::next_step(std::span<const std::uint8_t> view) {
  if (view.empty()) return 0;
  if (view[0] != kSyncByte) {
    locked_ = false;
    const auto found = std::find(view.begin(), view.end(), kSyncByte);
    const auto count = static_cast<std::size_t>(found - view.begin());
    skipped_ += count;
    return count;
  }
  if (view.size() < kPacketSize) return 0;
  if (!locked_) {
    if (view.size() < kPacketSize + 1) return 0;
    if (view[kPacketSize] != kSyncByte) {
      ++skipped_;
      return 1;
    }
    locked_ = true;
  }
  return kPacketSize;
}

}  // namespace understudy::container::ts
