// Bodies that break off anywhere and bytes that are wrong anywhere: no crash, nothing made up, bounded output.
#include "generate.h"
#include "support/catch.h"
#include "ts_writer.h"

namespace understudy::test {
namespace {

using namespace container;

struct Sample {
  std::string name;
  Bytes bytes;
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> made = [] {
    std::vector<Sample> all;
    const std::string input =
        "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -f lavfi -i sine=r=48000:d=1 -c:v libx264 -preset veryfast -bf 3 -g 12 ";
    const auto add = [&](const std::string& name, const std::string& options, const std::string& extension) {
      if (auto bytes = generate(options, extension)) all.push_back({name, std::move(*bytes)});
    };
    add("ts", input + "-c:a aac -b:a 48k", "ts");
    add("hevc ts", "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx265 -preset ultrafast -x265-params log-level=none",
        "ts");
    add("opus ts", "-f lavfi -i sine=r=48000:d=1 -c:a libopus", "ts");
    add("fmp4", input + "-c:a aac -b:a 48k -movflags +frag_keyframe+empty_moov+default_base_moof", "mp4");
    add("progressive", input + "-c:a aac -b:a 48k -movflags +faststart", "mp4");
    add("adts", "-f lavfi -i sine=r=48000:d=1 -c:a aac -b:a 48k", "aac");
    add("eac3", "-f lavfi -i sine=r=48000:d=1 -c:a eac3 -b:a 64k", "eac3");
    if (all.empty()) WARN("no ffmpeg: hostile input is only tried on a small transport stream");
    TsWriter ts;
    ts.pat().pmt({{0x101, 0x1b, {}}, {0x102, 0x0f, {}}});
    for (unsigned i = 0; i < 20; ++i) {
      ts.pes(0x101, 90'000 + i * 3600, 90'000 + i * 3600, h264_unit(i % 5 == 0, 600));
      ts.pes(0x102, 90'000 + i * 3840, 90'000 + i * 3840, adts_frame(200), true);
    }
    all.push_back({"small ts", ts.bytes()});
    return all;
  }();
  return made;
}

// Everything that is shown before good_until must have come out. One tick of slack: time stamps of PES packets are
// rounded, the end of the audio frame before is not.
void check_good_until(const Demuxed& part, const Demuxed& whole) {
  for (const TrackReport& track : part.report.tracks) {
    if (!track.good_until) continue;
    const auto& all = whole.out.units.at(track.track);
    const auto& here = part.out.units.at(track.track);
    for (std::size_t i = here.size(); i < all.size(); ++i) {
      if (all[i].pts + from_ticks(1, 90'000) < *track.good_until)
        FAIL_CHECK("unit " << i << " of track " << track.track << " is missing");
    }
  }
}

TEST_CASE("a body that breaks off anywhere gives the beginning of what the whole gives") {
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const Demuxed whole = demux({}, sample.bytes);
    REQUIRE(whole.out.total() > 0);
    std::mt19937 random(20);
    for (int i = 0; i < 300; ++i) {
      const std::size_t cut = random() % sample.bytes.size();
      INFO("cut at " << cut);
      const auto bytes = std::span(sample.bytes).first(cut);
      const Demuxed part =
          demux({}, bytes, {Chunking::Kind::random, static_cast<std::uint32_t>(random())}, BodyEnd::truncated);
      CHECK(is_prefix(part.out, whole.out));
      check_good_until(part, whole);
    }
  }
}

TEST_CASE("good_until loses at most the picture that was cut and those it holds back") {
  for (const Sample& sample : samples()) {
    const Demuxed whole = demux({}, sample.bytes);
    const Demuxed part = demux({}, std::span(sample.bytes).first(sample.bytes.size() / 2), {}, BodyEnd::truncated);
    for (const TrackReport& track : part.report.tracks) {
      INFO(sample.name << " track " << track.track);
      REQUIRE(track.good_until);
      const auto& units = part.out.units.at(track.track);
      MediaTime latest = units.front().pts;
      for (const AccessUnit& unit : units) latest = std::max(latest, unit.pts);
      CHECK(*track.good_until > latest - std::chrono::milliseconds(200));
    }
  }
}

std::size_t bytes_out(const Collector& out) {
  std::size_t total = 0;
  for (const auto& [track, units] : out.units) {
    for (const AccessUnit& unit : units) total += unit.data.size();
  }
  return total;
}

TEST_CASE("wrong bytes never crash it, make it invent media or depend on the chunking") {
  std::mt19937 random(7);
  for (const Sample& sample : samples()) {
    INFO(sample.name);
    const int rounds = sample.bytes.size() < 40'000 ? 600 : 150;
    for (int round = 0; round < rounds; ++round) {
      Bytes bytes = sample.bytes;
      const unsigned flips = 1 + random() % 24;
      // Half of the rounds only touch the beginning, where the tables are.
      const std::size_t reach = round % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 1500);
      for (unsigned i = 0; i < flips; ++i) bytes[random() % reach] = static_cast<std::uint8_t>(random());
      if (random() % 4 == 0) bytes.erase(bytes.begin(), bytes.begin() + random() % 200);
      const auto seed = static_cast<std::uint32_t>(random());
      const Demuxed whole = demux({}, bytes);
      const Demuxed pieces = demux({}, bytes, {Chunking::Kind::random, seed});
      const bool same_units = is_prefix(pieces.out, whole.out) && pieces.out.total() == whole.out.total();
      if (!same_units) FAIL_CHECK("round " << round << ": the chunking matters");
      if (bytes_out(whole.out) > bytes.size()) FAIL_CHECK("round " << round << ": more came out than went in");
    }
  }
}

TEST_CASE("random bytes behind each kind of beginning are survived") {
  const std::vector<Bytes> beginnings = {{0x47, 0x40, 0, 0x10},
                                         {0, 0, 0, 24, 'f', 't', 'y', 'p'},
                                         {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 0},
                                         {0xff, 0xf1, 0x4c},
                                         {0x0b, 0x77},
                                         {0, 0, 0, 8, 'm', 'o', 'o', 'f'}};
  std::mt19937 random(3);
  for (int round = 0; round < 600; ++round) {
    Bytes bytes = beginnings[static_cast<std::size_t>(round) % beginnings.size()];
    while (bytes.size() < 3000) bytes.push_back(random() % 3 == 0 ? 0x47 : static_cast<std::uint8_t>(random()));
    const Demuxed result = demux({}, bytes, {Chunking::Kind::random, static_cast<std::uint32_t>(random())});
    CHECK(bytes_out(result.out) <= bytes.size());
  }
}

}  // namespace
}  // namespace understudy::test
