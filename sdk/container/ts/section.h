// PSI sections (ISO 13818-1 2.4.4): assembled from packets and checked by their CRC.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace understudy::container::ts {

/// CRC-32/MPEG-2; zero over a section with its CRC field.
std::uint32_t crc32(std::span<const std::uint8_t> bytes);

class SectionAssembler {
 public:
  /// Calls `deliver(section)` for each complete section, table_id to CRC. Broken ones are counted in `broken()`.
  template <class Deliver>
  void push(std::span<const std::uint8_t> payload, bool unit_start, Deliver&& deliver) {
    if (unit_start) {
      if (payload.empty()) return;
      const std::size_t pointer = std::min<std::size_t>(payload[0], payload.size() - 1);
      if (collecting_) append(payload.subspan(1, pointer), deliver);
      section_.clear();
      collecting_ = true;
      payload = payload.subspan(1 + pointer);
    }
    if (collecting_) append(payload, deliver);
  }
  void reset() {
    section_.clear();
    collecting_ = false;
  }
  std::uint32_t broken() const { return broken_; }

 private:
  static constexpr std::size_t kHeader = 3;
  static constexpr std::size_t kMaxSection = 4096;  // private sections; PAT and PMT are at most 1024

  template <class Deliver>
  void append(std::span<const std::uint8_t> bytes, Deliver&& deliver) {
    while (!bytes.empty()) {
      if (section_.empty() && bytes[0] == 0xff) break;  // stuffing up to the next unit start
      const std::size_t count = std::min(bytes.size(), wanted() - section_.size());
      section_.insert(section_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      if (section_.size() < wanted()) continue;
      if (section_.size() == kHeader || !intact()) {
        ++broken_;
      } else {
        deliver(std::span<const std::uint8_t>(section_));
      }
      section_.clear();
    }
  }
  std::size_t wanted() const;
  bool intact() const;

  std::vector<std::uint8_t> section_;
  bool collecting_ = false;
  std::uint32_t broken_ = 0;
};

}  // namespace understudy::container::ts
