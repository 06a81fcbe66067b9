#include "simulation/contract/programme.h"

#include <map>
#include <tuple>

#include "encoded_stream.h"

namespace understudy::contract {
namespace {

constexpr std::size_t kPacket = 188;
constexpr int kVideoPid = 0x100;

int pid_of(const std::uint8_t* packet) { return (packet[1] & 0x1f) << 8 | packet[2]; }

/// Of one GOP: takes the second transport packet out of the picture after so many, which the continuity counter gives away.
void damage(std::vector<std::uint8_t>& bytes, int after_pictures) {
  int pictures = 0;
  for (std::size_t at = 0; at + kPacket <= bytes.size(); at += kPacket) {
    if (pid_of(&bytes[at]) != kVideoPid) continue;
    const bool begins = (bytes[at + 1] & 0x40) != 0;
    pictures += begins ? 1 : 0;
    if (!begins && pictures == after_pictures + 1) {
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + kPacket));
      return;
    }
  }
}

test::EncodedStream encode(const ProgrammeSpec& spec) {
  test::StreamSpec stream;
  stream.first_frame = spec.first_frame;
  stream.gop = spec.gop;
  stream.frames = spec.gop * spec.gops_per_segment * spec.segments;
  stream.pts_base = spec.pts_base;
  stream.b_frames = 0;
  stream.audio = spec.sound;
  stream.sound = test::Sound::code;
  return test::encode(stream);
}

}  // namespace

const Programme& programme(const ProgrammeSpec& spec) {
  static std::map<std::tuple<int, int, int, int, Duration, bool, std::set<int>>, Programme> made;
  Programme& p =
      made[{spec.first_frame, spec.gop, spec.gops_per_segment, spec.segments, spec.pts_base, spec.sound, spec.corrupt}];
  if (!p.pieces.empty()) return p;
  p.spec = spec;
  const test::EncodedStream stream = encode(spec);
  for (int i = 0; i < spec.segments; ++i) {
    Piece piece;
    piece.content.first_frame = spec.first_frame + i * p.frames_per_segment();
    piece.content.frames = p.frames_per_segment();
    piece.content.gop = spec.gop;
    piece.content.first_pts = spec.pts_base + piece.content.first_frame * world::kFrame;
    piece.content.corrupt = spec.corrupt.count(i) != 0;
    const int half = piece.content.frames / 2;
    for (int g = 0; g < spec.gops_per_segment; ++g) {
      std::vector<std::uint8_t> gop = stream.segments.at(static_cast<std::size_t>(i * spec.gops_per_segment + g)).bytes;
      // Damage lasts until the next access point: what is damaged "from the middle on" is so in every GOP behind it too.
      if (piece.content.corrupt && (g + 1) * spec.gop > half) damage(gop, std::max(0, half - g * spec.gop));
      piece.bytes.insert(piece.bytes.end(), gop.begin(), gop.end());
    }
    piece.content.bytes = static_cast<std::int64_t>(piece.bytes.size());
    p.pieces.push_back(std::move(piece));
  }
  return p;
}

}  // namespace understudy::contract
