#include "container/probe.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "container/packed_audio/frame_header.h"
#include "container/ts/packet.h"

namespace understudy::container {
namespace {

constexpr std::array<std::string_view, 15> kTopLevelBoxes = {"ftyp", "styp", "moov", "moof", "mdat",
                                                             "sidx", "emsg", "prft", "free", "skip",
                                                             "uuid", "meta", "mfra", "ssix", "pdin"};

bool starts_with(std::span<const std::uint8_t> head, std::string_view text) {
  return head.size() >= text.size() && std::equal(text.begin(), text.end(), head.begin(), [](char a, std::uint8_t b) {
           return static_cast<std::uint8_t>(a) == b;
         });
}

bool is_box(std::span<const std::uint8_t> head) {
  if (head.size() < 8) return false;
  return std::any_of(kTopLevelBoxes.begin(), kTopLevelBoxes.end(),
                     [&](std::string_view type) { return starts_with(head.subspan(4), type); });
}

bool is_audio_frame(std::span<const std::uint8_t> head) {
  return parse_adts(head) || parse_ac3(head) || parse_mpeg_audio(head);
}

// Sync bytes a packet apart, perhaps behind some garbage.
bool has_packets(std::span<const std::uint8_t> head, std::size_t rows) {
  const std::size_t reach = (rows - 1) * ts::kPacketSize;
  for (std::size_t at = 0; at + reach < head.size(); ++at) {
    std::size_t row = 0;
    while (row < rows && head[at + row * ts::kPacketSize] == ts::kSyncByte) ++row;
    if (row == rows) return true;
  }
  return false;
}

}  // namespace

Container probe(std::span<const std::uint8_t> head, bool final) {
  if (head.size() < kMinHeader && !final) return Container::undecided;
  if (starts_with(head, "ID3")) return Container::packed_audio;
  if (is_box(head)) return Container::fmp4;
  if (starts_with(head, "\x1a\x45\xdf\xa3")) return Container::webm;
  if (!head.empty() && head[0] == ts::kSyncByte) {
    if (head.size() > ts::kPacketSize && head[ts::kPacketSize] == ts::kSyncByte) return Container::ts;
    if (final && head.size() == ts::kPacketSize) return Container::ts;
  }
  if (is_audio_frame(head)) return Container::packed_audio;
  if (!final && head.size() < kMaxProbe) return Container::undecided;
  return has_packets(head, 4) ? Container::ts : Container::unknown;
}

}  // namespace understudy::container
