// What a browser is told about a track.
#include "media/browser/codec_string.h"

#include "support/catch.h"

using namespace understudy;
using container::Codec;
using container::TrackInfo;
using media::codec_string;

namespace {

TrackInfo track(Codec codec, std::vector<std::uint8_t> config = {}, bool annexb = false) {
  TrackInfo t;
  t.codec = codec;
  t.config = std::move(config);
  t.annexb = annexb;
  return t;
}

}  // namespace

TEST_CASE("H.264 is named by profile, constraints and level, of avcC or of the SPS in the key picture") {
  CHECK(codec_string(track(Codec::h264, {1, 0x4d, 0x40, 0x1f, 0xff}), {}) == "avc1.4D401F");
  const std::vector<std::uint8_t> unit = {0, 0, 0, 1, 0x09, 0xf0, 0, 0, 1, 0x67, 0x64, 0x00, 0x0a, 0xac, 0, 0, 1, 0x65};
  CHECK(codec_string(track(Codec::h264, {}, true), unit) == "avc1.64000A");
  CHECK(codec_string(track(Codec::h264, {}, true), {}) == "avc1.640028");
}

TEST_CASE("HEVC is named as ISO 14496-15 E.3 wants it") {
  // The two examples of the standard's annex: Main at level 3.1, and Main 10 in profile space A, high tier.
  const std::vector<std::uint8_t> main = {1, 0x01, 0x60, 0, 0, 0, 0xb0, 0, 0, 0, 0, 0, 93};
  CHECK(codec_string(track(Codec::hevc, main), {}) == "hvc1.1.6.L93.B0");
  const std::vector<std::uint8_t> other = {1, 0x64, 0x10, 0, 0, 0, 0xb0, 0x23, 0, 0, 0, 0, 153};
  CHECK(codec_string(track(Codec::hevc, other), {}) == "hvc1.A4.8.H153.B0.23");
  // In band: behind the NAL header, the VPS' id and the number of sub-layers, with emulation prevention.
  const std::vector<std::uint8_t> unit = {0, 0, 1, 0x40, 1, 0xc, 0, 0, 1, 0x42, 1, 1, 0x01, 0x60, 0,
                                          0, 3, 0, 0,    3, 0,   0, 3, 0, 0,    3, 0, 93,   0xa0, 0};
  CHECK(codec_string(track(Codec::hevc, {}, true), unit) == "hvc1.1.6.L93");
  CHECK(codec_string(track(Codec::hevc, {}, true), {}) == "hvc1.1.6.L120.90");
}

TEST_CASE("sound is named by its codec, AAC by its object type") {
  CHECK(codec_string(track(Codec::aac, {0x11, 0x90}), {}) == "mp4a.40.2");
  CHECK(codec_string(track(Codec::aac, {0x2b, 0x92}), {}) == "mp4a.40.5");
  CHECK(codec_string(track(Codec::aac, {0xf9, 0x46}), {}) == "mp4a.40.42");  // escaped: xHE-AAC
  CHECK(codec_string(track(Codec::aac), {}) == "mp4a.40.2");
  CHECK(codec_string(track(Codec::mp3), {}) == "mp3");
  CHECK(codec_string(track(Codec::ac3), {}) == "ac-3");
  CHECK(codec_string(track(Codec::eac3), {}) == "ec-3");
  CHECK(codec_string(track(Codec::opus), {}) == "opus");
  CHECK(codec_string(track(Codec::flac), {}) == "flac");
}
