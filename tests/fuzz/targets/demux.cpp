// Bytes as segments: the first bytes choose how they are cut into segments and pushes. Nothing is made up (no more comes out
// than went in), a track is announced before its units, the report counts what came, and how the bytes are cut into pushes
// does not matter.
#include <algorithm>
#include <map>
#include <vector>

#include "container/demuxer.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::container;

namespace {

constexpr std::size_t kSlack = 64;  // an AudioSpecificConfig and the like, built from headers

struct Unit {
  std::uint32_t track;
  MediaTime pts;
  MediaTime dts;
  bool key;
  bool corrupt;
  bool discontinuity;
  std::vector<std::uint8_t> data;
  friend bool operator==(const Unit&, const Unit&) = default;
};

class Collector : public Sink {
 public:
  void on_track(const TrackInfo& track) override {
    PROMISE(track.width >= 0 && track.height >= 0 && track.sample_rate >= 0 && track.channels >= 0);
    tracks[track.id] = track;
  }
  void on_access_unit(AccessUnit&& unit) override {
    PROMISE(tracks.count(unit.track) == 1);
    PROMISE(unit.duration >= Duration::zero());
    PROMISE(!unit.data.empty());
    // What a decoder reads beyond the end is there, and is zero.
    const std::uint8_t* end = unit.data.data() + unit.data.size();
    PROMISE(std::all_of(end, end + Buffer::kPadding, [](std::uint8_t b) { return b == 0; }));
    bytes += unit.data.size();
    const auto span = unit.data.bytes();
    units[unit.track].push_back({unit.track, unit.pts, unit.dts, unit.key, unit.corrupt, unit.discontinuity, {span.begin(), span.end()}});
  }
  std::map<std::uint32_t, TrackInfo> tracks;
  std::map<std::uint32_t, std::vector<Unit>> units;
  std::size_t bytes = 0;
};

struct Plan {
  std::size_t segments;
  std::size_t piece;
  bool discontinuity;
  BodyEnd end;
};

std::size_t count(const Collector& out) {
  std::size_t total = 0;
  for (const auto& [track, list] : out.units) total += list.size();
  return total;
}

void check(const SegmentReport& report, std::size_t units) {
  std::size_t told = 0;
  for (const TrackReport& track : report.tracks) told += track.access_units;
  PROMISE(told == units);
  PROMISE(report.damaged_units <= units);
  if (report.error) PROMISE(!report.error->detail.empty() && report.error->code != ErrorCode::none);
}

Collector run(fuzz::Bytes bytes, const Plan& plan, std::size_t piece) {
  Limits limits;
  limits.max_access_unit_bytes = 64u << 10;
  limits.max_pending_bytes = 128u << 10;
  const auto demuxer = make_demuxer(limits);
  Collector out;
  const std::size_t length = bytes.size() / plan.segments + 1;
  for (std::size_t begin = 0; begin < bytes.size(); begin += length) {
    const fuzz::Bytes segment = bytes.subspan(begin, std::min(length, bytes.size() - begin));
    demuxer->begin_segment({.discontinuity = plan.discontinuity && begin > 0});
    const std::size_t before = count(out);
    for (std::size_t at = 0; at < segment.size(); at += piece)
      demuxer->push(segment.subspan(at, std::min(piece, segment.size() - at)), out);
    const SegmentReport report = demuxer->end_segment(plan.end, out);  // gives out units, too
    check(report, count(out) - before);
  }
  PROMISE(out.bytes <= bytes.size() + kSlack * count(out));
  return out;
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(demux) {
  fuzz::Reader reader(input);
  const std::uint8_t how = reader.byte();
  const Plan plan{1u + how % 3, 1u + reader.byte(), (how & 16) != 0, (how & 32) != 0 ? BodyEnd::truncated : BodyEnd::complete};
  const fuzz::Bytes bytes = reader.rest();
  const Collector whole = run(bytes, plan, bytes.size() + 1);
  const Collector pieces = run(bytes, plan, plan.piece);
  PROMISE(whole.units == pieces.units);
}
