// Transport packets (ISO 13818-1 2.4.3): finding them in a byte stream, and their header.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace understudy::container::ts {

inline constexpr std::size_t kPacketSize = 188;
inline constexpr std::uint8_t kSyncByte = 0x47;
inline constexpr std::uint16_t kNullPid = 0x1fff;

struct Packet {
  std::uint16_t pid = 0;
  std::uint8_t continuity_counter = 0;
  bool unit_start = false;
  bool transport_error = false;
  bool scrambled = false;
  bool discontinuity = false;        // discontinuity_indicator: the counter may jump
  std::optional<std::uint64_t> pcr;  // the 33-bit base
  std::span<const std::uint8_t> payload;

  /// REQUIRES: bytes.size() == kPacketSize. An adaptation field that is too long leaves no payload.
  static Packet parse(std::span<const std::uint8_t> bytes);
};

/// Cuts a byte stream into packets. Out of step it takes a sync byte for one only if another one follows a packet
/// later.
class PacketSync {
 public:
  /// Calls `deliver(std::span<const std::uint8_t>)` for each packet.
  template <class Deliver>
  void push(std::span<const std::uint8_t> bytes, Deliver&& deliver) {
    while (!rest_.empty() && !bytes.empty()) {
      // Fill up what was left over until it is used up, then go on in the caller's memory.
      const std::size_t old = rest_.size();
      const std::size_t added = std::min(bytes.size(), kWindow - std::min(old, kWindow));
      rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(added));
      const std::size_t used = run(rest_, deliver);
      if (used >= old) {
        bytes = bytes.subspan(used - old);
        rest_.clear();
      } else {
        bytes = bytes.subspan(added);
        rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(used));
      }
    }
    const std::size_t used = run(bytes, deliver);
    rest_.insert(rest_.end(), bytes.begin() + static_cast<std::ptrdiff_t>(used), bytes.end());
  }

  /// The end of the body: delivers a packet that is complete but could not be confirmed by the next one.
  template <class Deliver>
  void finish(Deliver&& deliver) {
    if (rest_.size() == kPacketSize && rest_[0] == kSyncByte) {
      deliver(std::span<const std::uint8_t>(rest_));
    } else {
      skipped_ += rest_.size();
    }
    rest_.clear();
    locked_ = false;
  }

  std::size_t take_skipped();

 private:
  static constexpr std::size_t kWindow = kPacketSize + 1;

  template <class Deliver>
  std::size_t run(std::span<const std::uint8_t> bytes, Deliver&& deliver) {
    std::size_t used = 0;
    while (true) {
      const auto view = bytes.subspan(used);
      const std::size_t step = next_step(view);
      if (step == kPacketSize && locked_) deliver(view.first(kPacketSize));
      if (step == 0) return used;
      used += step;
    }
  }

  /// How many bytes to advance; 0 means more are needed. A packet lies there where it is in step and this is its size.
  std::size_t next_step(std::span<const std::uint8_t> view);

  std::vector<std::uint8_t> rest_;  // at most kWindow bytes
  bool locked_ = false;
  std::size_t skipped_ = 0;
};

}  // namespace understudy::container::ts
