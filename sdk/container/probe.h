// Which container a body is, from its first bytes.
#pragma once

#include <cstdint>
#include <span>

namespace understudy::container {

enum class Container { undecided, ts, fmp4, packed_audio, webm, unknown };

inline constexpr std::size_t kMaxProbe = 4096;

/// `undecided` while more bytes (up to kMaxProbe) could help; never when `final`.
Container probe(std::span<const std::uint8_t> head, bool final);

}  // namespace understudy::container
