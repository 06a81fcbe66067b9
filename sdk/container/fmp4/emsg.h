// Event messages (ISO 23009-1 5.10.3.3): handed out as metadata tracks of their own.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "container/access_unit.h"

namespace understudy::container::fmp4 {

// Ids of the tracks that carry event messages; far from what packagers give to real ones.
inline constexpr std::uint32_t kEmsgId3Track = 0xffff0001;      // message_data of the ID3 schemes (AOM, Apple)
inline constexpr std::uint32_t kEmsgScte35Track = 0xffff0002;   // message_data of urn:scte:scte35:2013:bin: a section
inline constexpr std::uint32_t kEmsgPrivateTrack = 0xffff0003;  // every other scheme: the whole body of the box

struct EventMessage {
  TrackInfo track;
  std::uint32_t timescale = 1;
  std::uint64_t time = 0;  // ticks
  bool relative = false;   // version 0: to the earliest presentation time of the segment
  std::uint32_t duration = 0;
  std::span<const std::uint8_t> data;
};

std::optional<EventMessage> parse_emsg(std::span<const std::uint8_t> body);

}  // namespace understudy::container::fmp4
