// Supplemental enhancement information messages (H.264 7.3.2.3, H.265 7.3.2.4 share the layout).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace understudy::container::sei {

inline constexpr std::uint32_t kUserDataRegistered = 4;  // ITU-T T.35: captions (ATSC A/53)
inline constexpr std::uint32_t kRecoveryPoint = 6;

struct Message {
  std::uint32_t type = 0;
  std::vector<std::uint8_t> payload;  // without emulation prevention
};

/// The messages of one SEI NAL unit, `body` being what follows the NAL header. Stops at the first malformed one.
std::vector<Message> parse(std::span<const std::uint8_t> body);

/// Whether there is an H.264 recovery point message.
bool has_recovery_point(std::span<const std::uint8_t> body);

}  // namespace understudy::container::sei
