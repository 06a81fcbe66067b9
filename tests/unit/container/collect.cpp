#include "collect.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace understudy::test {

using namespace container;

void Collector::on_track(const TrackInfo& track) {
  tracks[track.id] = track;
  ++announcements;
}

void Collector::on_access_unit(AccessUnit&& unit) { units[unit.track].push_back(std::move(unit)); }

std::size_t Collector::total() const {
  std::size_t count = 0;
  for (const auto& [track, list] : units) count += list.size();
  return count;
}

void push_chunked(Demuxer& demuxer, std::span<const std::uint8_t> bytes, const Chunking& chunking, Sink& sink) {
  std::mt19937 random(chunking.seed);
  while (!bytes.empty()) {
    std::size_t count = bytes.size();
    if (chunking.kind == Chunking::Kind::bytewise) count = 1;
    if (chunking.kind == Chunking::Kind::random) count = 1 + random() % (random() % 8 == 0 ? 20000 : 400);
    count = std::min(count, bytes.size());
    demuxer.push(bytes.first(count), sink);
    bytes = bytes.subspan(count);
  }
}

Demuxed demux(std::span<const std::uint8_t> init, std::span<const std::uint8_t> body, const Chunking& chunking,
              BodyEnd end, const Limits& limits) {
  Demuxed result;
  const auto demuxer = make_demuxer(limits);
  demuxer->begin_segment({});
  push_chunked(*demuxer, init, chunking, result.out);
  push_chunked(*demuxer, body, chunking, result.out);
  result.report = demuxer->end_segment(end, result.out);
  return result;
}

bool same(const AccessUnit& a, const AccessUnit& b) {
  const auto x = a.data.bytes();
  const auto y = b.data.bytes();
  return a.track == b.track && a.pts == b.pts && a.dts == b.dts && a.key == b.key && a.leading == b.leading &&
         a.corrupt == b.corrupt && a.discontinuity == b.discontinuity &&
         std::equal(x.begin(), x.end(), y.begin(), y.end());
}

bool is_prefix(const Collector& part, const Collector& whole) {
  for (const auto& [track, list] : part.units) {
    const auto found = whole.units.find(track);
    if (found == whole.units.end() || found->second.size() < list.size()) return false;
    if (!std::equal(list.begin(), list.end(), found->second.begin(), same)) return false;
  }
  return true;
}

Bytes read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

}  // namespace understudy::test
