#include "support/catch.h"
#include "ts_writer.h"

namespace understudy::test {
namespace {

using namespace container;
using namespace std::chrono_literals;

constexpr std::uint16_t kVideo = 0x101;
constexpr std::uint16_t kAudio = 0x102;
const std::vector<TsWriter::Es> kVideoOnly = {{kVideo, 0x1b, {}}};
const std::vector<TsWriter::Es> kAudioOnly = {{kAudio, 0x0f, {}}};

MediaTime at_ticks(std::int64_t ticks) { return MediaTime(from_ticks(ticks, 90'000)); }
Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Pictures of 3600 ticks; returns where, in packets, each begins.
std::vector<std::size_t> write_pictures(TsWriter& ts, int count, std::size_t size = 400) {
  std::vector<std::size_t> starts;
  for (int i = 0; i < count; ++i) {
    starts.push_back(ts.packets());
    ts.pes(kVideo, static_cast<std::uint64_t>(90'000 + i * 3600), static_cast<std::uint64_t>(90'000 + i * 3600),
           h264_unit(i == 0, size));
  }
  return starts;
}

TEST_CASE("a picture per PES packet comes out with its time, duration and size") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  write_pictures(ts, 3);
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kVideo);
  REQUIRE(units.size() == 3);
  CHECK(units[0].pts == at_ticks(90'000));
  CHECK(units[2].pts == at_ticks(97'200));
  CHECK(units[0].duration == 40ms);
  CHECK(units[2].duration == 40ms);
  CHECK(units[0].key);
  CHECK_FALSE(units[1].key);
  CHECK(Bytes(units[1].data.bytes().begin(), units[1].data.bytes().end()) == h264_unit(false));
  const TrackInfo& track = result.out.tracks.at(kVideo);
  CHECK(track.codec == Codec::h264);
  CHECK(track.annexb);
  CHECK(track.width == 320);
  CHECK(track.height == 180);
  REQUIRE(result.report.tracks.size() == 1);
  CHECK(result.report.tracks[0].first_pts == at_ticks(90'000));
  CHECK(result.report.tracks[0].good_until == at_ticks(90'000 + 3 * 3600));
  CHECK_FALSE(result.report.error);
}

TEST_CASE("a picture comes out as soon as the next one begins, not when it ends") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 2);
  Collector out;
  const auto demuxer = make_demuxer();
  demuxer->begin_segment({});
  const std::span<const std::uint8_t> bytes(ts.bytes());
  demuxer->push(bytes.first(starts[1] * 188), out);
  CHECK(out.total() == 0);
  demuxer->push(bytes.subspan(starts[1] * 188, 188), out);
  CHECK(out.total() == 1);
}

// Writes the bits of a NAL unit, with start code and emulation prevention.
class NalWriter {
 public:
  NalWriter& bits(std::uint32_t value, unsigned count) {
    while (count-- > 0) bits_.push_back((value >> count & 1) != 0);
    return *this;
  }
  NalWriter& ue(std::uint32_t value) {
    unsigned length = 0;
    while ((value + 1) >> (length + 1) != 0) ++length;
    return bits(0, length).bits(value + 1, length + 1);
  }
  Bytes nal() {
    bits_.push_back(true);
    bits_.resize((bits_.size() + 7) / 8 * 8);
    Bytes out = {0, 0, 0, 1};
    int zeros = 0;
    for (std::size_t at = 0; at < bits_.size(); at += 8) {
      unsigned byte = 0;
      for (std::size_t i = 0; i < 8; ++i) byte = byte << 1 | (bits_[at + i] ? 1u : 0u);
      if (zeros >= 2 && byte <= 3) {
        out.push_back(3);
        zeros = 0;
      }
      zeros = byte == 0 ? zeros + 1 : 0;
      out.push_back(static_cast<std::uint8_t>(byte));
    }
    return out;
  }

 private:
  std::vector<bool> bits_;
};

Bytes interlaced_parameter_sets() {
  NalWriter sps;
  sps.bits(0x67, 8).bits(77, 8).bits(0, 8).bits(30, 8).ue(0).ue(0).ue(2).ue(4).bits(0, 1);
  sps.ue(19).ue(5).bits(0b0010, 4);                                    // 320x192, not frames only, no cropping
  sps.bits(0b1'0000'1, 6).bits(1, 32).bits(50, 32).bits(0b1'0000, 5);  // VUI: 25 frames, 50 fields a second
  NalWriter pps;
  pps.bits(0x68, 8).ue(0).ue(0).bits(0, 2).ue(0).ue(0).ue(0);
  return joined({sps.nal(), pps.nal()});
}

Bytes field(bool key, bool bottom) {
  NalWriter slice;
  slice.bits(key ? 0x65 : 0x41, 8).ue(0).ue(key ? 7 : 5).ue(0).bits(0, 4).bits(1, 1).bits(bottom ? 1 : 0, 1);
  for (int i = 0; i < 20; ++i) slice.bits(0x5a, 8);
  return slice.nal();
}

TEST_CASE("two fields in one PES packet are two units, half a frame apart") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  ts.pes(kVideo, 90'000, 90'000, joined({interlaced_parameter_sets(), field(true, false), field(false, true)}));
  ts.pes(kVideo, 93'600, 93'600, joined({field(false, false), field(false, true)}));
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kVideo);
  REQUIRE(units.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(units[i].pts == at_ticks(90'000 + static_cast<std::int64_t>(i) * 1800));
    CHECK(units[i].duration == 20ms);
  }
  CHECK(result.out.tracks.at(kVideo).height == 192);
}

TEST_CASE("a lost packet marks the picture it belongs to, and good_until stops before it") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 4, 700);
  ts.bytes().erase(ts.bytes().begin() + static_cast<std::ptrdiff_t>((starts[2] + 1) * 188),
                   ts.bytes().begin() + static_cast<std::ptrdiff_t>((starts[2] + 2) * 188));
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kVideo);
  REQUIRE(units.size() == 4);
  CHECK_FALSE(units[1].corrupt);
  CHECK(units[2].corrupt);
  CHECK_FALSE(units[3].corrupt);
  CHECK(result.report.continuity_errors == 1);
  CHECK(result.report.damaged_units == 1);
  CHECK(result.report.tracks[0].good_until == at_ticks(90'000 + 2 * 3600));
}

TEST_CASE("a packet with a transport error marks its picture") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 3, 700);
  ts.bytes()[(starts[1] + 1) * 188 + 1] |= 0x80;
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kVideo);
  REQUIRE(units.size() == 3);
  CHECK_FALSE(units[0].corrupt);
  CHECK(units[1].corrupt);
  CHECK_FALSE(units[2].corrupt);
}

TEST_CASE("a repeated packet is taken once") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 2, 700);
  const auto from = ts.bytes().begin() + static_cast<std::ptrdiff_t>((starts[0] + 1) * 188);
  const Bytes packet(from, from + 188);
  ts.bytes().insert(from, packet.begin(), packet.end());
  const auto result = demux({}, ts.bytes());
  CHECK(result.report.continuity_errors == 0);
  CHECK(result.out.units.at(kVideo)[0].data.size() == 700);
}

TEST_CASE("null packets and unknown PIDs are passed over") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly).null_packet().packet(0x1abc, true, Bytes(184, 1));
  write_pictures(ts, 2);
  const auto result = demux({}, ts.bytes());
  CHECK(result.out.total() == 2);
  CHECK(result.report.skipped_bytes == 0);
}

TEST_CASE("garbage between packets is skipped and counted") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 3);
  const Bytes garbage = {1, 2, 0x47, 4, 5};
  ts.bytes().insert(ts.bytes().begin() + static_cast<std::ptrdiff_t>(starts[1] * 188), garbage.begin(), garbage.end());
  const auto result = demux({}, ts.bytes());
  CHECK(result.out.units.at(kVideo).size() == 3);
  CHECK(result.report.skipped_bytes == garbage.size());
  CHECK(result.report.damaged_units == 0);
}

TEST_CASE("packets before the first PMT are not lost") {
  TsWriter ts;
  write_pictures(ts, 3);
  ts.pat().pmt(kVideoOnly);
  CHECK(demux({}, ts.bytes()).out.units.at(kVideo).size() == 3);
}

TEST_CASE("a PMT with a wrong checksum is not believed") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  ts.bytes()[188 + 5 + 20] ^= 1;
  write_pictures(ts, 3);
  const auto result = demux({}, ts.bytes());
  CHECK(result.out.total() == 0);
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
}

TEST_CASE("a new PMT replaces the streams, and nothing of the old ones is lost") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  write_pictures(ts, 2);
  ts.pmt(kAudioOnly);
  ts.pes(kAudio, 90'000, 90'000, joined({adts_frame(100), adts_frame(100)}), true);
  const auto result = demux({}, ts.bytes());
  CHECK(result.out.units.at(kVideo).size() == 2);
  CHECK(result.out.units.at(kAudio).size() == 2);
  CHECK(result.report.tracks.size() == 2);
}

TEST_CASE("a truncated body loses its last, unfinished picture and nothing else") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  write_pictures(ts, 3);
  const auto result = demux({}, ts.bytes(), {}, BodyEnd::truncated);
  CHECK(result.out.units.at(kVideo).size() == 2);
  CHECK(result.report.tracks[0].good_until == at_ticks(90'000 + 2 * 3600));
}

TEST_CASE("a truncated body is not good up to a picture whose B pictures are missing") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  // I0 P3 B1 B2: cut off after B1 began to be sent.
  const std::int64_t pts[] = {0, 3, 1, 2};
  for (int i = 0; i < 4; ++i) {
    ts.pes(kVideo, static_cast<std::uint64_t>(90'000 + pts[i] * 3600), static_cast<std::uint64_t>(86'400 + i * 3600),
           h264_unit(i == 0));
  }
  const auto result = demux({}, ts.bytes(), {}, BodyEnd::truncated);
  CHECK(result.out.units.at(kVideo).size() == 3);
  CHECK(result.report.tracks[0].good_until == at_ticks(90'000 + 2 * 3600));
  CHECK(demux({}, ts.bytes()).report.tracks[0].good_until == at_ticks(90'000 + 4 * 3600));
}

TEST_CASE("time stamps are unwrapped across segments, and start anew after a discontinuity") {
  constexpr std::uint64_t kPeriod = std::uint64_t{1} << 33;
  const auto segment = [](std::uint64_t pts) {
    TsWriter ts;
    ts.pat().pmt(kVideoOnly).pes(kVideo, pts % kPeriod, pts % kPeriod, h264_unit(true));
    return ts.bytes();
  };
  Collector out;
  const auto demuxer = make_demuxer();
  const auto feed = [&](std::uint64_t pts, bool discontinuity) {
    demuxer->begin_segment({discontinuity});
    demuxer->push(segment(pts), out);
    demuxer->end_segment(BodyEnd::complete, out);
  };
  feed(kPeriod - 3600, false);
  feed(kPeriod + 3600, false);
  feed(7200, true);
  const auto& units = out.units.at(kVideo);
  REQUIRE(units.size() == 3);
  CHECK(units[1].pts - units[0].pts == from_ticks(7200, 90'000));
  CHECK_FALSE(units[1].discontinuity);
  CHECK(units[2].discontinuity);
  CHECK(units[2].pts == at_ticks(7200));
}

TEST_CASE("a DTS on the other side of the wrap stays before its PTS") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly).pes(kVideo, 0, (std::uint64_t{1} << 33) - 3600, h264_unit(true));
  const auto result = demux({}, ts.bytes());
  const AccessUnit& unit = result.out.units.at(kVideo).at(0);
  CHECK(unit.pts == at_ticks(0));
  CHECK(unit.dts == at_ticks(-3600));
}

TEST_CASE("AAC frames of one PES packet have times of their own") {
  TsWriter ts;
  ts.pat().pmt(kAudioOnly);
  ts.pes(kAudio, 90'000, 90'000, joined({adts_frame(100), adts_frame(200), adts_frame(300)}), true);
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kAudio);
  REQUIRE(units.size() == 3);
  CHECK(units[1].data.size() == 200);
  CHECK(units[1].data.data()[0] == 0x21);
  CHECK(units[2].pts == at_ticks(90'000 + 2 * 1920));
  CHECK(units[2].duration == from_ticks(1024, 48'000));
  const TrackInfo& track = result.out.tracks.at(kAudio);
  CHECK(track.config == Bytes{0x11, 0x90});  // AAC LC, 48 kHz, stereo
  CHECK(track.sample_rate == 48'000);
  CHECK(track.channels == 2);
}

TEST_CASE("a frame may span PES packets; the next packet's time belongs to the frame that begins there") {
  const Bytes all = joined({adts_frame(300), adts_frame(300), adts_frame(300)});
  TsWriter ts;
  ts.pat().pmt(kAudioOnly);
  ts.pes(kAudio, 90'000, 90'000, Bytes(all.begin(), all.begin() + 400), true);
  ts.pes(kAudio, 100'000, 100'000, Bytes(all.begin() + 400, all.end()), true);
  const auto units = demux({}, ts.bytes()).out.units.at(kAudio);
  REQUIRE(units.size() == 3);
  CHECK(units[1].data.size() == 300);
  CHECK(units[1].pts == at_ticks(91'920));
  CHECK(units[2].pts == at_ticks(100'000));
}

TEST_CASE("a frame that a complete segment leaves unfinished is completed by the next one") {
  const Bytes all = joined({adts_frame(300), adts_frame(300), adts_frame(300)});
  const Bytes head(all.begin(), all.begin() + 400);
  const Bytes tail(all.begin() + 400, all.end());
  const auto segment = [](std::uint64_t pts, const Bytes& payload) {
    TsWriter ts;
    ts.pat().pmt(kAudioOnly).pes(kAudio, pts, pts, payload, true);
    return ts.bytes();
  };
  Collector out;
  const auto demuxer = make_demuxer();
  const auto feed = [&](const Bytes& bytes) {
    demuxer->begin_segment({});
    demuxer->push(bytes, out);
    return demuxer->end_segment(BodyEnd::complete, out);
  };
  feed(segment(90'000, head));
  SECTION("when that goes on where this one stopped") {
    const auto report = feed(segment(93'840, tail));
    const auto& units = out.units.at(kAudio);
    REQUIRE(units.size() == 3);
    CHECK(units[1].data.size() == 300);
    CHECK(units[1].pts == at_ticks(91'920));
    CHECK(report.skipped_bytes == 0);
    CHECK(report.damaged_units == 0);
  }
  SECTION("and dropped when that begins with a frame of its own") {
    feed(segment(93'840, adts_frame(200)));
    const auto& units = out.units.at(kAudio);
    REQUIRE(units.size() == 2);
    CHECK(units[1].data.size() == 200);
    CHECK(units[1].pts == at_ticks(93'840));
  }
}

TEST_CASE("after a lost packet audio goes on with the next frame that looks like the last one") {
  TsWriter ts;
  ts.pat().pmt(kAudioOnly);
  Bytes payload;
  for (int i = 0; i < 6; ++i) payload = joined({payload, adts_frame(150)});
  ts.pes(kAudio, 90'000, 90'000, payload);
  ts.bytes().erase(ts.bytes().begin() + 4 * 188, ts.bytes().begin() + 5 * 188);
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(kAudio);
  REQUIRE(units.size() >= 4);
  CHECK(result.report.continuity_errors == 1);
  CHECK(result.report.damaged_units == 1);
  for (const AccessUnit& unit : units) CHECK((unit.corrupt || unit.data.size() == 150));
}

TEST_CASE("timed ID3 comes out as a unit per PES packet, at once") {
  const Bytes descriptor = {0x26, 13, 0xff, 0xff, 'I', 'D', '3', ' ', 0xff, 'I', 'D', '3', ' ', 0, 0x0f};
  TsWriter ts;
  ts.pat().pmt({{0x103, 0x15, descriptor}});
  const Bytes tag = {'I', 'D', '3', 4, 0, 0, 0, 0, 0, 0};
  ts.pes(0x103, 90'000, 90'000, tag, true);
  Collector out;
  const auto demuxer = make_demuxer();
  demuxer->begin_segment({});
  demuxer->push(ts.bytes(), out);
  REQUIRE(out.units[0x103].size() == 1);
  CHECK(out.tracks[0x103].kind == TrackKind::metadata);
  CHECK(out.tracks[0x103].codec == Codec::id3);
  CHECK(Bytes(out.units[0x103][0].data.bytes().begin(), out.units[0x103][0].data.bytes().end()) == tag);
}

TEST_CASE("an SCTE 35 section comes out whole, at the time of the clock") {
  TsWriter ts;
  ts.pat().pmt({{0x104, 0x86, {}}, {kVideo, 0x1b, {}}}, kVideo);
  ts.pcr(kVideo, 123'456);
  ts.section(0x104, {0xfc, 0x30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0, 0, 0, 0, 0});
  const auto result = demux({}, ts.bytes());
  const auto& units = result.out.units.at(0x104);
  REQUIRE(units.size() == 1);
  CHECK(result.out.tracks.at(0x104).codec == Codec::scte35);
  CHECK(units[0].pts == at_ticks(123'456));
  CHECK(units[0].data.size() == 21);
  CHECK(units[0].data.data()[0] == 0xfc);
}

TEST_CASE("scrambled packets are announced as an encrypted track and end in a typed error") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  const auto starts = write_pictures(ts, 2);
  for (std::size_t at = starts[0] * 188; at < ts.bytes().size(); at += 188) ts.bytes()[at + 3] |= 0x80;
  const auto result = demux({}, ts.bytes());
  CHECK(result.out.total() == 0);
  CHECK(result.out.tracks.at(kVideo).encrypted);
  CHECK(result.report.error.value().code == ErrorCode::unsupported_media);
}

TEST_CASE("a picture larger than the limit is damaged, and the next one is not") {
  TsWriter ts;
  ts.pat().pmt(kVideoOnly);
  ts.pes(kVideo, 90'000, 90'000, h264_unit(true, 500));
  ts.pes(kVideo, 93'600, 93'600, h264_unit(false, 9000));
  ts.pes(kVideo, 97'200, 97'200, h264_unit(false, 500));
  Limits limits;
  limits.max_access_unit_bytes = 4000;
  const auto result = demux({}, ts.bytes(), {}, BodyEnd::complete, limits);
  CHECK(result.report.error.value().code == ErrorCode::limit_exceeded);
  CHECK(result.report.tracks[0].good_until == at_ticks(93'600));
  const auto& units = result.out.units.at(kVideo);
  CHECK_FALSE(units.back().corrupt);
  CHECK(units.back().pts == at_ticks(97'200));
}

TEST_CASE("a PMT with more streams than the limit is used up to the limit") {
  std::vector<TsWriter::Es> streams;
  for (std::uint16_t pid = 0x200; pid < 0x210; ++pid) streams.push_back({pid, 0x1b, {}});
  TsWriter ts;
  ts.pat().pmt(streams);
  ts.pes(0x200, 90'000, 90'000, h264_unit(true));
  Limits limits;
  limits.max_tracks = 4;
  const auto result = demux({}, ts.bytes(), {}, BodyEnd::complete, limits);
  CHECK(result.out.units.count(0x200) == 1);
  CHECK(result.report.error.value().code == ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace understudy::test
