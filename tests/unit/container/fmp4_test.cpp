#include "container/fmp4/emsg.h"
#include "mp4_writer.h"
#include "support/catch.h"
#include "ts_writer.h"

namespace understudy::test {
namespace {

using namespace container;
using namespace std::chrono_literals;

MediaTime at(Duration time) { return MediaTime(time); }
const Bytes kVideoInit = moov({.sample_entry = video_entry()});

TEST_CASE("samples of a fragment come out with their times, sizes and sync flags") {
  const Bytes body = fragment({.decode_time = 2000, .sizes = {10, 20, 30}, .composition_offsets = {80, 80, -40}});
  const auto result = demux(kVideoInit, body);
  const auto& units = result.out.units.at(1);
  REQUIRE(units.size() == 3);
  CHECK(units[0].dts == at(2000ms));
  CHECK(units[0].pts == at(2080ms));
  CHECK(units[2].dts == at(2080ms));
  CHECK(units[2].pts == at(2040ms));
  CHECK(units[1].duration == 40ms);
  CHECK(units[0].key);
  CHECK_FALSE(units[1].key);
  CHECK(units[1].data.size() == 20);
  CHECK(units[1].data.data()[19] == 2);
  const TrackInfo& track = result.out.tracks.at(1);
  CHECK(track.codec == Codec::h264);
  CHECK(track.width == 640);
  CHECK_FALSE(track.annexb);
  CHECK(result.report.tracks.at(0).good_until == at(2160ms));
  CHECK_FALSE(result.report.error);
}

TEST_CASE("a sample comes out when its last byte is here, before the fragment is complete") {
  const Bytes body = fragment({.sizes = {10, 20}});
  Collector out;
  const auto demuxer = make_demuxer();
  demuxer->begin_segment({});
  demuxer->push(kVideoInit, out);
  const std::span<const std::uint8_t> bytes(body);
  demuxer->push(bytes.first(body.size() - 21), out);
  CHECK(out.total() == 0);
  demuxer->push(bytes.subspan(body.size() - 21, 1), out);
  CHECK(out.total() == 1);
}

TEST_CASE("a truncated fragment gives its complete samples, and is good up to their end") {
  const Bytes body = fragment({.sizes = {10, 20, 30}});
  const auto result = demux(kVideoInit, std::span(body).first(body.size() - 1), {}, BodyEnd::truncated);
  CHECK(result.out.units.at(1).size() == 2);
  CHECK(result.report.tracks.at(0).good_until == at(80ms));
  CHECK_FALSE(result.report.error);
}

TEST_CASE("a complete body that lacks samples is an error") {
  const Bytes body = fragment({.sizes = {10, 20, 30}});
  const auto result = demux(kVideoInit, std::span(body).first(body.size() - 1));
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
  CHECK(result.report.tracks.at(0).good_until == at(80ms));
}

TEST_CASE("the init section serves all segments until a new one comes") {
  Collector out;
  const auto demuxer = make_demuxer();
  const auto feed = [&](const Bytes& bytes) {
    demuxer->begin_segment({});
    demuxer->push(bytes, out);
    return demuxer->end_segment(BodyEnd::complete, out);
  };
  feed(kVideoInit);
  feed(fragment({.decode_time = 0, .sizes = {10}}));
  feed(fragment({.decode_time = 40, .sizes = {10}}));
  feed(kVideoInit);
  feed(fragment({.decode_time = 80, .sizes = {10}}));
  CHECK(out.units.at(1).size() == 3);
  CHECK(out.announcements == 1);
  feed(moov({.sample_entry = video_entry("hvc1")}));
  CHECK(out.announcements == 2);
  CHECK(out.tracks.at(1).codec == Codec::hevc);
}

TEST_CASE("a fragment without a decode time goes on where the one before ended") {
  const Bytes body = fragment({.decode_time = 500, .sizes = {5, 5}}) + fragment({.decode_time = -1, .sizes = {5}});
  const auto result = demux(kVideoInit, body);
  CHECK(result.out.units.at(1).at(2).dts == at(580ms));
}

TEST_CASE("a fragment without an init section is an error and not a crash") {
  const auto result = demux({}, fragment({.sizes = {10}}));
  CHECK(result.out.total() == 0);
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
}

TEST_CASE("offsets from the start of a file of which this is only a range are taken from the media data") {
  FragmentOptions options{.sizes = {10, 20}};
  options.base_data_offset = 5'000'000;
  const auto result = demux(kVideoInit, fragment(options));
  REQUIRE(result.out.units.at(1).size() == 2);
  CHECK(result.out.units.at(1)[1].data.data()[0] == 2);
}

TEST_CASE("samples outside of the media data are lost with an error, the others are not") {
  FragmentOptions options{.sizes = {10, 20}};
  options.data_offset_error = -4;
  const auto result = demux(kVideoInit, fragment(options));
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
  CHECK(result.out.total() == 1);
}

TEST_CASE("an edit list shifts the time line, and is the encoder delay of audio") {
  const Bytes init = moov({.handler = "soun",
                           .sample_entry = audio_entry("mp4a", 48000),
                           .timescale = 48000,
                           .edts = elst({{500, -1}, {10'000, 1024}})});
  const auto result = demux(init, fragment({.decode_time = 1024, .sizes = {10}, .duration = 1024}));
  CHECK(result.out.units.at(1).at(0).pts == at(500ms));
  CHECK(result.out.units.at(1).at(0).key);
  CHECK(result.out.tracks.at(1).encoder_delay == from_ticks(1024, 48000));
}

TEST_CASE("the AAC configuration comes from the esds, whatever the sample entry says") {
  const Bytes config = {0x05, 2, 0x12, 0x10};  // 44.1 kHz, stereo
  const Bytes decoder = Bytes{0x04, static_cast<std::uint8_t>(13 + config.size()), 0x40} + Bytes(12, 0) + config;
  const Bytes es = Bytes{0x03, static_cast<std::uint8_t>(3 + decoder.size()), 0, 1, 0} + decoder;
  const Bytes init = moov({.handler = "soun",
                           .sample_entry = audio_entry("mp4a", 0, box("esds", BoxWriter().u32(0).raw(es))),
                           .timescale = 44100});
  const auto result = demux(init, fragment({.sizes = {10}}));
  const TrackInfo& track = result.out.tracks.at(1);
  CHECK(track.codec == Codec::aac);
  CHECK(track.config == Bytes{0x12, 0x10});
  CHECK(track.sample_rate == 44100);
}

TEST_CASE("an encrypted sample entry is announced as such, with the codec inside") {
  const Bytes sinf = box("sinf", box("frma", BoxWriter().text("avc1")));
  const auto result = demux(moov({.sample_entry = video_entry("encv", sinf)}), fragment({.sizes = {10}}));
  CHECK(result.out.tracks.at(1).encrypted);
  CHECK(result.out.tracks.at(1).codec == Codec::h264);
  CHECK(result.report.error.value().code == ErrorCode::unsupported_media);
}

Bytes emsg(int version, const std::string& scheme, std::uint32_t time, const Bytes& data) {
  const std::string zero(1, '\0');
  BoxWriter body;
  body.u32(static_cast<std::uint64_t>(version) << 24);
  if (version == 0) {
    body.text(scheme + zero + zero).u32(1000).u32(time).u32(2000).u32(7);
  } else {
    body.u32(1000).u64(time).u32(2000).u32(7).text(scheme + zero + zero);
  }
  return box("emsg", body.raw(data));
}

TEST_CASE("event messages are metadata: ID3 and SCTE 35 as such, others as the whole box") {
  const Bytes body = emsg(1, "https://aomedia.org/emsg/ID3", 5000, {'I', 'D', '3'}) +
                     emsg(1, "urn:scte:scte35:2013:bin", 6000, {0xfc}) + emsg(1, "urn:example", 7000, {1, 2}) +
                     fragment({.decode_time = 5000, .sizes = {10}});
  const auto result = demux(kVideoInit, body);
  const auto& id3 = result.out.units.at(fmp4::kEmsgId3Track).at(0);
  CHECK(id3.pts == at(5000ms));
  CHECK(id3.duration == 2000ms);
  CHECK(id3.data.size() == 3);
  CHECK(result.out.tracks.at(fmp4::kEmsgScte35Track).codec == Codec::scte35);
  CHECK(result.out.units.at(fmp4::kEmsgScte35Track).at(0).data.size() == 1);
  CHECK(result.out.tracks.at(fmp4::kEmsgPrivateTrack).codec == Codec::private_data);
  CHECK(result.out.units.at(fmp4::kEmsgPrivateTrack).at(0).data.size() > 20);
}

TEST_CASE("an event message of version 0 is relative to the first picture of its segment") {
  const Bytes body = emsg(0, "urn:scte:scte35:2013:bin", 250, {0xfc}) + fragment({.decode_time = 5000, .sizes = {10}});
  CHECK(demux(kVideoInit, body).out.units.at(fmp4::kEmsgScte35Track).at(0).pts == at(5250ms));
}

TEST_CASE("a box that is smaller than its header ends the segment with an error") {
  Bytes body = fragment({.sizes = {10}});
  const Bytes broken = {0, 0, 0, 4, 'f', 'r', 'e', 'e'};
  const auto result = demux(kVideoInit, body + broken + body);
  CHECK(result.out.total() == 1);
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
  CHECK(result.report.skipped_bytes == broken.size() + body.size());
}

TEST_CASE("times that do not fit are refused") {
  const auto result = demux(kVideoInit, fragment({.decode_time = std::int64_t{1} << 61, .sizes = {10}}));
  CHECK(result.out.total() == 0);
  CHECK(result.report.error.value().code == ErrorCode::bad_media);
}

TEST_CASE("a sample larger than the limit is left out") {
  Limits limits;
  limits.max_access_unit_bytes = 100;
  const auto result = demux(kVideoInit, fragment({.sizes = {50, 200, 50}}), {}, BodyEnd::complete, limits);
  CHECK(result.out.units.at(1).size() == 2);
  CHECK(result.report.error.value().code == ErrorCode::limit_exceeded);
  CHECK(result.report.tracks.at(0).good_until == at(40ms));
}

TEST_CASE("the container may change at a discontinuity") {
  Collector out;
  const auto demuxer = make_demuxer();
  const auto feed = [&](const Bytes& bytes, bool discontinuity) {
    demuxer->begin_segment({discontinuity});
    push_chunked(*demuxer, bytes, {Chunking::Kind::random, 5}, out);
    return demuxer->end_segment(BodyEnd::complete, out);
  };
  TsWriter ts;
  ts.pat().pmt({{0x101, 0x1b, {}}}).pes(0x101, 90'000, 90'000, h264_unit(true));
  CHECK_FALSE(feed(kVideoInit + fragment({.sizes = {10}}), false).error);
  CHECK_FALSE(feed(ts.bytes(), true).error);
  CHECK_FALSE(feed(kVideoInit + fragment({.sizes = {10}}), true).error);
  CHECK(out.units.at(1).size() == 2);
  CHECK(out.units.at(1)[1].discontinuity);
  CHECK(out.units.at(0x101).size() == 1);
}

}  // namespace
}  // namespace understudy::test
