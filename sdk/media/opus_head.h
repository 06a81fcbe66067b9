// The Opus identification header (RFC 7845 5.1), which decoders want, out of what containers of ISO 14496-12 have.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace understudy::media {

/// `dops`: the body of a dOps box (Opus in ISOBMFF 4.3.2), which is the same in big endian. Empty where it is too
/// short.
inline std::vector<std::uint8_t> opus_head(const std::vector<std::uint8_t>& dops) {
  constexpr std::size_t kSize = 11;
  if (dops.size() < kSize) return {};
  std::vector<std::uint8_t> head = {'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, dops[1]};
  for (const int i : {3, 2, 7, 6, 5, 4, 9, 8}) head.push_back(dops[static_cast<std::size_t>(i)]);
  head.insert(head.end(), dops.begin() + kSize - 1, dops.end());
  return head;
}

}  // namespace understudy::media
