#include "container/id3/id3.h"

#include <algorithm>
#include <string_view>

#include "container/byte_reader.h"

namespace understudy::container::id3 {
namespace {

std::uint32_t synchsafe(std::uint32_t value) {
  return (value & 0x7f) | (value >> 1 & 0x3f80) | (value >> 2 & 0x1fc000) | (value >> 3 & 0xfe00000);
}

std::optional<std::uint64_t> read_timestamp(std::span<const std::uint8_t> body) {
  constexpr std::string_view kOwner("com.apple.streaming.transportStreamTimestamp\0", 45);
  if (body.size() < kOwner.size() + 8 || !std::equal(kOwner.begin(), kOwner.end(), body.begin())) return std::nullopt;
  ByteReader bytes(body.subspan(kOwner.size()));
  return bytes.u64() & ((std::uint64_t{1} << 33) - 1);
}

}  // namespace

std::optional<std::size_t> tag_size(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderSize || bytes[0] != 'I' || bytes[1] != 'D' || bytes[2] != '3') return std::nullopt;
  ByteReader reader(bytes.subspan(6));
  const bool footer = (bytes[5] & 0x10) != 0;
  return kHeaderSize + synchsafe(reader.u32()) + (footer ? kHeaderSize : 0);
}

Contents read(std::span<const std::uint8_t> tag) {
  Contents contents;
  ByteReader bytes(tag);
  bytes.skip(3);
  const std::uint8_t version = bytes.u8();
  bytes.skip(1);
  const std::uint8_t flags = bytes.u8();
  bytes.skip(4);
  if (version < 3 || version > 4) return contents;  // 2.2 has other frames; nobody streams it
  if ((flags & 0x40) != 0) {
    // 2.4 counts the size field in, 2.3 does not.
    const std::uint32_t size = bytes.u32();
    bytes.skip(version == 4 ? std::max<std::uint32_t>(synchsafe(size), 4) - 4 : size);
  }
  constexpr std::uint32_t kPriv = 0x50524956;
  while (bytes.left() > kHeaderSize) {
    const std::uint32_t id = bytes.u32();
    if (id == 0) break;  // padding
    const std::uint32_t size = bytes.u32();
    bytes.skip(2);
    const auto body = bytes.take(version == 4 ? synchsafe(size) : size);
    if (!bytes.ok()) break;
    const auto timestamp = id == kPriv ? read_timestamp(body) : std::nullopt;
    if (timestamp) contents.transport_stream_timestamp = timestamp;
    if (!timestamp) contents.other_frames = true;
  }
  return contents;
}

}  // namespace understudy::container::id3
