// NAL units in an Annex B byte stream (H.264 B.1, H.265 B.1), and their payload without emulation prevention.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace understudy::container::annexb {

/// Index of the next `00 00 01` at or after `from`; bytes.size() where there is none.
std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from);

/// The NAL unit without its emulation prevention bytes, at most `max` bytes of it.
std::vector<std::uint8_t> unescape(std::span<const std::uint8_t> nal, std::size_t max);

/// Calls `visit(std::span)` for each NAL unit (header included, trailing zeros possible) until it returns false.
template <class Visit>
void for_each_nal(std::span<const std::uint8_t> unit, Visit&& visit) {
  std::size_t start = find_start_code(unit, 0);
  while (start + 3 < unit.size()) {
    const std::size_t next = find_start_code(unit, start + 3);
    if (!visit(unit.subspan(start + 3, next - start - 3))) return;
    start = next;
  }
}

/// The same for length-prefixed NAL units (ISO 14496-15).
template <class Visit>
void for_each_prefixed_nal(std::span<const std::uint8_t> unit, unsigned length_size, Visit&& visit) {
  while (unit.size() > length_size) {
    std::uint64_t length = 0;
    for (unsigned i = 0; i < length_size; ++i) length = length << 8 | unit[i];
    unit = unit.subspan(length_size);
    if (length > unit.size()) length = unit.size();
    if (length > 0 && !visit(unit.first(static_cast<std::size_t>(length)))) return;
    unit = unit.subspan(static_cast<std::size_t>(length));
  }
}

}  // namespace understudy::container::annexb
