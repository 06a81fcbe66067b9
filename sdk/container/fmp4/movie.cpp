#include "container/fmp4/movie.h"

#include "container/fmp4/box.h"
#include "container/fmp4/emsg.h"
#include "container/fmp4/sample_entry.h"

namespace understudy::container::fmp4 {
namespace {

constexpr std::uint32_t kMaxTimescale = (1u << 31) - 1;  // from_ticks()

std::uint32_t read_timescale(std::span<const std::uint8_t> header_box) {
  ByteReader bytes(header_box);
  bytes.skip(read_full_box(bytes).version == 1 ? 16 : 8);
  const std::uint32_t timescale = bytes.u32();
  return timescale <= kMaxTimescale ? timescale : 0;
}

std::uint32_t read_track_id(std::span<const std::uint8_t> tkhd) {
  ByteReader bytes(tkhd);
  bytes.skip(read_full_box(bytes).version == 1 ? 16 : 8);
  return bytes.u32();
}

constexpr std::uint64_t kMaxEmpty = std::uint64_t{1} << 31;
constexpr std::int64_t kMaxDelaySeconds = 60;
constexpr std::int64_t kMaxMediaStart = std::int64_t{1} << 40;

struct Edits {
  std::int64_t media_start = 0;
  std::uint64_t empty_duration = 0;  // movie timescale
};

// Only what shifts the time line: an empty edit in front, and where the first real one starts.
Edits read_edits(std::span<const std::uint8_t> elst) {
  ByteReader bytes(elst);
  const bool wide = read_full_box(bytes).version == 1;
  const std::uint32_t count = bytes.u32();
  Edits edits;
  for (std::uint32_t i = 0; i < count && i < 2 && bytes.ok(); ++i) {
    const std::uint64_t duration = wide ? bytes.u64() : bytes.u32();
    const std::int64_t start = wide ? bytes.i64() : bytes.i32();
    bytes.skip(4);
    if (!bytes.ok() || start > kMaxMediaStart || duration > kMaxEmpty) break;
    if (start >= 0) {
      edits.media_start = start;
      break;
    }
    if (i == 0) edits.empty_duration = duration;
  }
  return edits;
}

// REQUIRES: ticks <= kMaxEmpty. To the nearest tick.
std::int64_t rescale(std::uint64_t ticks, std::uint32_t from, std::uint32_t to) {
  if (from == 0) return 0;
  return static_cast<std::int64_t>(ticks / from * to + (ticks % from * to + from / 2) / from);
}

MovieTrack parse_trak(std::span<const std::uint8_t> trak, std::uint32_t movie_timescale) {
  MovieTrack track;
  track.info.id = read_track_id(find_box(trak, fourcc("tkhd")));
  const auto mdia = find_box(trak, fourcc("mdia"));
  track.timescale = read_timescale(find_box(mdia, fourcc("mdhd")));
  ByteReader handler(find_box(mdia, fourcc("hdlr")));
  handler.skip(8);
  const auto stbl = find_box(find_box(mdia, fourcc("minf")), fourcc("stbl"));
  describe_from_stsd(find_box(stbl, fourcc("stsd")), handler.u32(), track.info);
  track.sample_table = stbl;
  const Edits edits = read_edits(find_box(find_box(trak, fourcc("edts")), fourcc("elst")));
  const std::int64_t empty = rescale(edits.empty_duration, movie_timescale, track.timescale);
  track.edit_offset = edits.media_start - empty;
  if (track.info.kind == TrackKind::audio && track.timescale > 0 &&
      edits.media_start / track.timescale < kMaxDelaySeconds) {
    track.info.encoder_delay = from_ticks(edits.media_start, track.timescale);
  }
  return track;
}

void read_trex(std::span<const std::uint8_t> trex, Movie& movie) {
  ByteReader bytes(trex);
  bytes.skip(4);
  const auto track = movie.tracks.find(bytes.u32());
  bytes.skip(4);
  if (track == movie.tracks.end()) return;
  track->second.defaults.duration = bytes.u32();
  track->second.defaults.size = bytes.u32();
  track->second.defaults.flags = bytes.u32();
}

}  // namespace

Movie parse_moov(std::span<const std::uint8_t> moov, std::size_t max_tracks) {
  Movie movie;
  const std::uint32_t timescale = read_timescale(find_box(moov, fourcc("mvhd")));
  for_each_box(moov, [&](std::uint32_t type, std::span<const std::uint8_t> body) {
    if (type != fourcc("trak") || movie.tracks.size() >= max_tracks) return;
    MovieTrack track = parse_trak(body, timescale);
    // The ids of event message tracks are ours; no packager counts that far.
    if (track.info.id >= kEmsgId3Track) return;
    if (track.timescale > 0) movie.tracks.emplace(track.info.id, std::move(track));
  });
  for_each_box(find_box(moov, fourcc("mvex")), [&](std::uint32_t type, std::span<const std::uint8_t> body) {
    if (type == fourcc("trex")) read_trex(body, movie);
  });
  return movie;
}

}  // namespace understudy::container::fmp4
