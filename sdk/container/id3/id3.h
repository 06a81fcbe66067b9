// ID3v2 tags (id3.org 2.3.0, 2.4.0), as far as HLS uses them (RFC 8216 3.4).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace understudy::container::id3 {

inline constexpr std::size_t kHeaderSize = 10;

/// The size of the whole tag whose first kHeaderSize bytes these are; nothing where no tag begins.
std::optional<std::size_t> tag_size(std::span<const std::uint8_t> bytes);

struct Contents {
  std::optional<std::uint64_t> transport_stream_timestamp;  // 33 bits, of the first sample of a packed audio segment
  bool other_frames = false;
};

/// `tag`: the whole tag.
Contents read(std::span<const std::uint8_t> tag);

}  // namespace understudy::container::id3
