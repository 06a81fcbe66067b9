// A segment whose bytes were turned over: much of that decodes without an error, so the damage shows late or never.
#include <algorithm>
#include <cmath>

#include "rig.h"
#include "support/catch.h"
#include "tone.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

StreamSpec fallback_spec(std::int64_t first_frame) {
  StreamSpec spec;
  spec.first_frame = first_frame;
  spec.first_gop = 13;
  spec.b_frames = 0;
  spec.pts_base = 7777s + 123ms;
  return spec;
}

constexpr int kVideoPid = 0x100;
constexpr int kAudioPid = 0x101;

/// Turns over bits in every third packet of a track, of those in the given share of the segment.
void spoil(std::vector<std::uint8_t>& segment, int wanted, double from, double to) {
  constexpr std::size_t kPacket = 188;
  const std::size_t packets = segment.size() / kPacket;
  int seen = 0;
  for (std::size_t i = static_cast<std::size_t>(from * double(packets)); i < std::size_t(to * double(packets)); ++i) {
    std::uint8_t* packet = segment.data() + i * kPacket;
    const int pid = (packet[1] & 0x1f) << 8 | packet[2];
    const bool begins_unit = (packet[1] & 0x40) != 0;
    if (pid != wanted || begins_unit || ++seen % 3 != 0) continue;
    for (std::size_t at = 120; at < kPacket; at += 7) packet[at] ^= 0x24;
  }
}

/// A on the air with its second segment of three damaged: its sound from the first packet on, its pictures late.
void start_damaged(Rig& rig) {
  StreamSpec spec;
  spec.bit_rate = 800'000;
  const EncodedStream stream = encode(spec);
  rig.open(kA, stream);
  rig.pipeline.start(kA, content(0));
  rig.feed(kA, 0);
  std::vector<std::uint8_t> bytes = stream.segments[1].bytes;
  spoil(bytes, kAudioPid, 0, 1);
  spoil(bytes, kVideoPid, 0.6, 1);
  rig.feed_bytes(kA, 1, bytes, media::Pipeline::BodyEnd::complete);
  rig.feed_all(kA, 2);
}

std::int64_t last_of_first(const std::vector<ShownPicture>& pictures) {
  std::int64_t last = -1;
  for (const ShownPicture& p : pictures) {
    if (p.source != kA) break;
    last = p.number;
  }
  return last;
}

}  // namespace

TEST_CASE("nothing of a damaged segment is shown or heard where the candidate has all of it") {
  for (const Duration before : {Duration(100ms), Duration(700ms)}) {
    Rig rig({}, far_ahead());
    start_damaged(rig);
    rig.open(kB, encode(fallback_spec(0)));
    rig.run_for(before);
    rig.feed_all(kB);
    rig.pipeline.prepare(kB);
    rig.run_for(50ms);
    const auto good = rig.buffer(kA).good_until;
    REQUIRE(good.has_value());
    INFO("good until " << to_ms(good->time_since_epoch()));
    REQUIRE(rig.buffer(kB).planned_splice.has_value());
    CHECK(*rig.buffer(kB).planned_splice <= content(25));
    REQUIRE(rig.buffer(kB).splice_ready);
    rig.pipeline.splice(kB);
    rig.run_for(3s);
    const auto& pictures = rig.video.pictures;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      CHECK(pictures[i].number == static_cast<std::int64_t>(i));
      CHECK(pictures[i].repeated == 0);
      CHECK(pictures[i].lost == 0);
    }
    CHECK(last_of_first(pictures) < 25);
    CHECK(rig.facts_of<media::Switched>().size() == 1);
    CHECK(worst_click(std::span<const float>(rig.audio.left).subspan(4800, 48000 * 2), 48000) < 0.03);
  }
}

TEST_CASE("a damaged segment is shown up to its damage where no candidate has its beginning") {
  for (const bool candidate : {false, true}) {
    Rig rig;
    start_damaged(rig);
    rig.run_for(300ms);
    const auto good = rig.buffer(kA).good_until;
    REQUIRE(good.has_value());
    REQUIRE(*good > content(25));
    if (candidate) {
      rig.open(kB, encode(fallback_spec(27)));
      rig.feed_all(kB);
      rig.pipeline.prepare(kB);
      rig.run_for(50ms);
      CHECK(rig.buffer(kA).good_until == good);
      CHECK(*rig.buffer(kB).planned_splice >= *good - 10ms);
    } else {
      rig.run_for(2s);
      CHECK(last_of_first(rig.video.pictures) >= 25);
    }
  }
}

TEST_CASE("a damaged segment that is on the screen already is left at its good end") {
  Rig rig;
  start_damaged(rig);
  rig.open(kB, encode(fallback_spec(0)));
  rig.feed_all(kB);
  rig.run_for(950ms);  // less than the lead before its beginning
  const auto good = rig.buffer(kA).good_until;
  REQUIRE(good.has_value());
  rig.pipeline.prepare(kB);
  rig.run_for(30ms);
  CHECK(rig.buffer(kB).planned_splice == good);
}
