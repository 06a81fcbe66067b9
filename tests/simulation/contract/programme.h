// The media that scripts are played with: what an encoder made of numbered pictures, cut into segments, beside what the model is told
// of the same segments.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "support/world/publisher.h"

namespace understudy::contract {

struct Piece {
  std::vector<std::uint8_t> bytes;
  world::SegmentContent content;
};

struct ProgrammeSpec {
  int first_frame = 0;
  int gop = 25;
  int gops_per_segment = 2;
  int segments = 5;
  Duration pts_base = std::chrono::seconds(10);
  bool sound = false;
  std::set<int> corrupt;  // segments whose second half is damaged, visibly for a demuxer
};

struct Programme {
  ProgrammeSpec spec;
  std::vector<Piece> pieces;
  int frames_per_segment() const { return spec.gop * spec.gops_per_segment; }
};

/// Encodes; the same spec is encoded once.
const Programme& programme(const ProgrammeSpec& spec);

}  // namespace understudy::contract
