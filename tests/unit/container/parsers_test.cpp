// The small pure parsers: start codes, parameter sets, SEI, audio frame headers, ID3, sections, buffers, probing.
#include <cstring>

#include "container/annexb/h264.h"
#include "container/annexb/hevc.h"
#include "container/annexb/nal.h"
#include "container/bit_reader.h"
#include "container/buffer_pool.h"
#include "container/id3/id3.h"
#include "container/packed_audio/frame_header.h"
#include "container/probe.h"
#include "container/sei/sei.h"
#include "container/ts/opus_stream.h"
#include "container/ts/section.h"
#include "support/catch.h"
#include "ts_writer.h"

namespace understudy::test {
namespace {

using namespace container;
using namespace std::chrono_literals;

TEST_CASE("start codes are found wherever they lie") {
  Bytes bytes(40, 0x55);
  for (std::size_t at = 0; at + 3 <= bytes.size(); ++at) {
    Bytes copy = bytes;
    copy[at] = copy[at + 1] = 0;
    copy[at + 2] = 1;
    CHECK(annexb::find_start_code(copy, 0) == at);
  }
  CHECK(annexb::find_start_code(bytes, 0) == bytes.size());
  CHECK(annexb::find_start_code(Bytes{0, 0, 0, 1}, 0) == 1);
  CHECK(annexb::find_start_code(Bytes{0, 0}, 0) == 2);
  CHECK(annexb::find_start_code(Bytes{}, 0) == 0);
}

TEST_CASE("emulation prevention bytes are taken out") {
  CHECK(annexb::unescape(Bytes{1, 0, 0, 3, 1, 0, 0, 3}, 100) == Bytes{1, 0, 0, 1, 0, 0});
  CHECK(annexb::unescape(Bytes{1, 2, 3, 4}, 2) == Bytes{1, 2});
}

TEST_CASE("Exp-Golomb codes") {
  const Bytes bytes = {0b1010'0110, 0b0100'0010, 0b1000'0000};  // 0, 1, 2, 3, 4 and a rest
  BitReader bits(bytes);
  for (std::uint32_t value = 0; value < 5; ++value) CHECK(bits.ue() == value);
  CHECK(bits.ok());
  const Bytes none(10, 0);
  BitReader zeros(none);
  CHECK(zeros.ue() == 0);
  CHECK_FALSE(zeros.ok());
}

TEST_CASE("a signed Exp-Golomb code beyond its range is not ok") {
  const Bytes bytes = {0, 0, 0, 0, 0x80, 0, 0, 0, 0};  // 2^32 - 1, which would be 2^31
  BitReader bits(bytes);
  CHECK(bits.se() == 0);
  CHECK_FALSE(bits.ok());
}

TEST_CASE("an H.264 SPS tells size and frame rate") {
  const Bytes nal = {0x67, 0x64, 0x00, 0x0c, 0xac, 0xd9, 0x41, 0x41, 0x9f, 0x9f, 0x01, 0x10, 0x00,
                     0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20, 0xf1, 0x42, 0x99, 0x60};
  const auto sps = annexb::H264Sps::parse(nal);
  REQUIRE(sps);
  CHECK(sps->width == 320);
  CHECK(sps->height == 180);
  CHECK(sps->frame_duration == 40ms);
  CHECK(sps->frames_only);
  for (std::size_t size = 0; size < 10; ++size) CHECK_FALSE(annexb::H264Sps::parse(std::span(nal).first(size)));
}

TEST_CASE("an H.265 SPS tells the size") {
  // x265, 320x180: Main profile, conformance window of 4 luma rows.
  const Bytes nal = {0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00,
                     0x00, 0x03, 0x00, 0x3c, 0xa0, 0x0a, 0x08, 0x0c, 0x1f, 0x3e, 0x59, 0x59, 0x52};
  const auto sps = annexb::HevcSps::parse(nal);
  REQUIRE(sps);
  CHECK(sps->width == 320);
  CHECK(sps->height == 180);
}

TEST_CASE("recovery point messages are found among others") {
  CHECK(sei::has_recovery_point(Bytes{5, 2, 9, 9, 6, 1, 0xc4, 0x80}));
  CHECK_FALSE(sei::has_recovery_point(Bytes{5, 2, 6, 1, 0x80}));
  CHECK_FALSE(sei::has_recovery_point(Bytes{6, 200, 1}));
  const auto messages = sei::parse(Bytes{0xff, 1, 2, 7, 8, 0x80});
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].type == 256);
  CHECK(messages[0].payload == Bytes{7, 8});
}

TEST_CASE("ADTS headers") {
  const auto header = parse_adts(adts_frame(93));
  REQUIRE(header);
  CHECK(header->frame_size == 100);
  CHECK(header->header_size == 7);
  CHECK(header->samples == 1024);
  Bytes bad = adts_frame(93);
  bad[2] = 0x7c;  // sampling frequency index 15
  CHECK_FALSE(parse_adts(bad));
  bad = adts_frame(93);
  bad[3] = 0x80, bad[4] = 0, bad[5] = 0x1f;  // shorter than its header
  CHECK_FALSE(parse_adts(bad));
}

TEST_CASE("MPEG audio headers") {
  const auto header = parse_mpeg_audio(Bytes{0xff, 0xfb, 0x90, 0x64, 0, 0, 0, 0});
  REQUIRE(header);
  CHECK(header->frame_size == 417);  // 128 kbit/s at 44.1 kHz
  CHECK(header->samples == 1152);
  CHECK(header->channels == 2);
  CHECK_FALSE(parse_mpeg_audio(Bytes{0xff, 0xfb, 0xf0, 0x64, 0, 0, 0, 0}));
}

TEST_CASE("AC-3 and E-AC-3 headers") {
  const auto ac3 = parse_ac3(Bytes{0x0b, 0x77, 0, 0, 0x1e, 0x40, 0xe1, 0xff});  // 448 kbit/s, 48 kHz, 3/2 and LFE
  REQUIRE(ac3);
  CHECK(ac3->codec == Codec::ac3);
  CHECK(ac3->frame_size == 1792);
  CHECK(ac3->channels == 6);
  const auto eac3 = parse_ac3(Bytes{0x0b, 0x77, 0x41, 0x7f, 0x34, 0x80, 0, 0});
  REQUIRE(eac3);
  CHECK(eac3->codec == Codec::eac3);
  CHECK(eac3->dependent);
  CHECK(eac3->frame_size == 768);
  CHECK(eac3->samples == 1536);
}

TEST_CASE("Opus packets tell their duration") {
  CHECK(ts::opus_packet_samples(Bytes{0x78}) == 960);
  CHECK(ts::opus_packet_samples(Bytes{0x79}) == 1920);
  CHECK(ts::opus_packet_samples(Bytes{0x7b, 3}) == 2880);
  CHECK(ts::opus_packet_samples(Bytes{}) == 0);
}

Bytes id3_tag(const std::string& owner, std::uint64_t stamp) {
  Bytes frame = {'P', 'R', 'I', 'V', 0, 0, 0, static_cast<std::uint8_t>(owner.size() + 1 + 8), 0, 0};
  frame.insert(frame.end(), owner.begin(), owner.end());
  frame.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8) frame.push_back(static_cast<std::uint8_t>(stamp >> shift));
  Bytes tag = {'I', 'D', '3', 4, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(frame.size())};
  tag.insert(tag.end(), frame.begin(), frame.end());
  return tag;
}

const std::string kTimestampOwner = "com.apple.streaming.transportStreamTimestamp";

TEST_CASE("the ID3 tag of packed audio tells the time of its first frame") {
  const Bytes tag = id3_tag(kTimestampOwner, 0x1'2345'6789);
  CHECK(id3::tag_size(tag) == tag.size());
  CHECK(id3::read(tag).transport_stream_timestamp == 0x1'2345'6789u);
  CHECK_FALSE(id3::read(tag).other_frames);
  CHECK_FALSE(id3::read(id3_tag("someone.else", 5)).transport_stream_timestamp);
  CHECK(id3::read(id3_tag("someone.else", 5)).other_frames);
  CHECK_FALSE(id3::read(std::span(tag).first(30)).transport_stream_timestamp);
}

TEST_CASE("packed audio takes its time from the tag, and goes on without one") {
  Collector out;
  const auto demuxer = make_demuxer();
  const auto feed = [&](const Bytes& tag) {
    Bytes bytes = tag;
    for (int i = 0; i < 3; ++i) {
      const Bytes frame = adts_frame(50);
      bytes.insert(bytes.end(), frame.begin(), frame.end());
    }
    demuxer->begin_segment({});
    push_chunked(*demuxer, bytes, {Chunking::Kind::bytewise}, out);
    return demuxer->end_segment(BodyEnd::complete, out);
  };
  feed(id3_tag(kTimestampOwner, 900'000));
  feed({});
  feed(id3_tag("someone.else", 1));
  const auto& units = out.units.at(0);
  REQUIRE(units.size() == 9);
  CHECK(units[0].pts == MediaTime(10s));
  for (int i = 1; i < 9; ++i)
    CHECK(units[static_cast<std::size_t>(i)].pts == MediaTime(10s) + from_ticks(i * 1024, 48'000));
}

TEST_CASE("a track whose description changes with a frame that never ends is reported with what came before") {
  Bytes bytes;
  for (int i = 0; i < 3; ++i) {
    const Bytes frame = adts_frame(50);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
  }
  Bytes other = adts_frame(50);
  other[2] = static_cast<std::uint8_t>((other[2] & 0xc3) | 4 << 2);  // 44.1 kHz
  bytes.insert(bytes.end(), other.begin(), other.end() - 10);
  const Demuxed out = demux({}, bytes);
  REQUIRE(out.report.tracks.size() == 1);
  CHECK(out.report.tracks[0].access_units == 3);
  CHECK(out.report.tracks[0].good_until.has_value());
}

TEST_CASE("a tag with more than the time in it is handed out") {
  Bytes bytes = id3_tag(kTimestampOwner, 900'000);
  const Bytes other = id3_tag("someone.else", 1);
  bytes.insert(bytes.end(), other.begin(), other.end());
  const Bytes frame = adts_frame(50);
  bytes.insert(bytes.end(), frame.begin(), frame.end());
  const auto result = demux({}, bytes);
  REQUIRE(result.out.units.count(1) == 1);
  CHECK(result.out.tracks.at(1).codec == Codec::id3);
  CHECK(result.out.units.at(1)[0].pts == MediaTime(10s));
  CHECK(result.out.units.at(1)[0].data.size() == other.size());
}

TEST_CASE("the section checksum is CRC-32/MPEG-2") {
  const char* digits = "123456789";
  CHECK(ts::crc32(Bytes(digits, digits + std::strlen(digits))) == 0x0376e6e7);
}

TEST_CASE("buffers are padded with zeros and come back to the pool") {
  BufferPool pool;
  auto bytes = pool.take();
  bytes.assign(1000, 7);
  bytes.reserve(1000 + Buffer::kPadding);
  const auto* storage = bytes.data();
  Buffer buffer = pool.seal(std::move(bytes));
  REQUIRE(buffer.size() == 1000);
  for (std::size_t i = 0; i < Buffer::kPadding; ++i) CHECK(buffer.data()[1000 + i] == 0);
  Buffer shared = buffer;
  buffer = {};
  CHECK(pool.take().data() != storage);
  CHECK(shared.data()[999] == 7);
  shared = {};
  CHECK(pool.take().data() == storage);
}

TEST_CASE("a buffer may outlive its pool") {
  Buffer buffer;
  {
    BufferPool pool;
    auto bytes = pool.take();
    bytes.assign(10, 1);
    buffer = pool.seal(std::move(bytes));
  }
  CHECK(buffer.bytes().size() == 10);
}

TEST_CASE("the container is told from the first bytes") {
  const auto of = [](const Bytes& bytes, bool final = true) { return probe(bytes, final); };
  CHECK(of({0, 0, 0, 24, 's', 't', 'y', 'p', 0}) == Container::fmp4);
  CHECK(of(adts_frame(10)) == Container::packed_audio);
  CHECK(of({'I', 'D', '3', 4, 0, 0, 0, 0, 0}) == Container::packed_audio);
  CHECK(of({0x1a, 0x45, 0xdf, 0xa3, 0, 0, 0, 0}) == Container::webm);
  CHECK(of(Bytes{'<', 'h', 't', 'm', 'l', '>', ' ', ' '}) == Container::unknown);
  CHECK(of(Bytes{'<', 'h', 't', 'm', 'l', '>', ' ', ' '}, false) == Container::undecided);
  TsWriter ts;
  ts.null_packet().null_packet().null_packet().null_packet();
  CHECK(of(ts.bytes()) == Container::ts);
  CHECK(of(Bytes(ts.bytes().begin(), ts.bytes().begin() + 100), false) == Container::undecided);
  Bytes late = Bytes(77, 0x20);
  late.insert(late.end(), ts.bytes().begin(), ts.bytes().end());
  CHECK(of(late) == Container::ts);
}

}  // namespace
}  // namespace understudy::test
