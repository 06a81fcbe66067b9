// What the encoder makes, judged by decoding it: every picture names its content frame, every sound its content time.
#include <algorithm>
#include <cmath>

#include "origin/encoder.h"
#include "origin/tone.h"
#include "support/catch.h"
#include "unit/server/decoded.h"

namespace understudy::server {
namespace {

constexpr std::int64_t kOrigin = 2'279'000'000 / 50 * 50;  // a frame number of our days, on a boundary of two seconds

ChannelSettings small(Container container = Container::ts) {
  ChannelSettings s;
  s.container = container;
  s.width = 320;
  s.height = 180;
  s.bitrate_kbps = 250;
  s.label = "TEST";
  return s;
}

/// A stream of so many segments as a viewer would concatenate them.
struct Stream {
  explicit Stream(const ChannelSettings& s, std::vector<ContentFault> f = {})
      : settings(s),
        programme(make_scene_programme(s, 5)),
        origin(SegmentPlan(s).boundary_at_or_before(kOrigin)),
        encoder(s, *programme, origin) {
    REQUIRE(encoder.begin_at(origin, std::move(f)));
    if (encoder.init_section()) bytes = *encoder.init_section();
  }
  Segment next() {
    auto made = encoder.next([](std::int64_t) { return true; });
    REQUIRE(made);
    REQUIRE(*made);
    bytes += *(*made)->body;
    return **made;
  }
  ChannelSettings settings;
  std::unique_ptr<Programme> programme;
  std::int64_t origin;
  SegmentEncoder encoder;
  std::string bytes;
};

std::int64_t frame_of_pts(const Stream& s, std::int64_t pts) {
  const std::int64_t since = floor_mod(pts - s.settings.pts_base, std::int64_t{1} << 33);
  return s.origin + (since * s.settings.fps.num + 45'000) / (90'000 * s.settings.fps.den);
}

/// Distance between the content time that the tone tells and the one that its time stamp says, in ms.
double sound_error_ms(const Stream& s, const test::Decoded& d, std::size_t skip) {
  const auto found = locate_tone(std::span(d.sound).subspan(skip), d.sample_rate);
  REQUIRE(found);
  const double pts_s =
      static_cast<double>(floor_mod(d.sound_pts - s.settings.pts_base, std::int64_t{1} << 33)) / 90'000;
  const Duration at = time_of_frame(s.origin, s.settings.fps) - kContentEpoch +
                      Duration(static_cast<std::int64_t>((pts_s + static_cast<double>(skip) / d.sample_rate) * 1e9));
  const double period = static_cast<double>(kTonePeriod.count()) / 1e6;
  const double error = std::fmod(std::abs(static_cast<double>((at % kTonePeriod - *found).count())) / 1e6, period);
  return std::min(error, period - error);
}

std::vector<int> continuity_errors(const std::string& ts) {
  std::map<int, int> last;
  std::vector<int> wrong;
  for (std::size_t at = 0; at + 188 <= ts.size(); at += 188) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(ts[at + i]); };
    const int pid = (byte(1) & 0x1f) << 8 | byte(2);
    if ((byte(3) & 0x10) == 0) continue;
    const int counter = byte(3) & 0x0f;
    if (last.count(pid) != 0 && counter != ((last[pid] + 1) & 0x0f)) wrong.push_back(pid);
    last[pid] = counter;
  }
  return wrong;
}

}  // namespace

TEST_CASE("strip and tone survive the codec at both sizes and in both containers", "[origin][encode]") {
  for (const Container container : {Container::ts, Container::fmp4}) {
    for (const int height : {180, 360}) {
      ChannelSettings s = small(container);
      s.width = height * 16 / 9;
      s.height = height;
      Stream stream(s);
      const Segment first = stream.next();
      stream.next();
      CHECK(first.first_frame == stream.origin);
      CHECK(first.end_frame == stream.origin + 50);
      const auto decoded = test::decode(stream.bytes);
      CHECK(decoded.error.empty());
      REQUIRE(decoded.pictures.size() == 100);
      for (std::size_t i = 0; i < decoded.pictures.size(); ++i) {
        const auto& p = decoded.pictures[i];
        REQUIRE(p.strip == StripValue{5, stream.origin + static_cast<std::int64_t>(i)});
        REQUIRE(frame_of_pts(stream, p.pts) == p.strip->frame_number);
        CHECK(p.key == (i % 50 == 0));
      }
      for (const std::size_t skip : {std::size_t{4096}, std::size_t{30'000}, std::size_t{60'000}}) {
        CHECK(sound_error_ms(stream, decoded, skip) < 1.0);
      }
    }
  }
}

TEST_CASE("a strip is read after scaling to another size", "[origin][encode]") {
  Stream stream(small());
  stream.next();
  for (const int height : {120, 144, 270, 720}) {
    const auto decoded = test::decode(stream.bytes, height);
    REQUIRE(decoded.pictures.size() == 50);
    for (const auto& p : decoded.pictures) CHECK(p.strip);
  }
}

TEST_CASE("two unlike encoders show the same frame at the same program date time", "[origin][encode]") {
  ChannelSettings a = small();
  ChannelSettings b = small(Container::fmp4);
  b.segment_s = 3;
  b.gop_s = 1;
  b.segment_phase_s = 0.4;
  b.bframes = 2;
  b.pts_base = (std::int64_t{1} << 33) - 90'000 * 2;
  for (const ChannelSettings& s : {a, b}) {
    Stream stream(s);
    for (int i = 0; i < 2; ++i) {
      const std::string before = stream.encoder.init_section() ? *stream.encoder.init_section() : "";
      const Segment segment = stream.next();
      CHECK(segment.begin == time_of_frame(segment.first_frame, s.fps));
      const auto decoded = test::decode(before + *segment.body);
      REQUIRE(decoded.pictures.size() == static_cast<std::size_t>(segment.end_frame - segment.first_frame));
      CHECK(decoded.pictures.front().key);
      for (std::size_t k = 0; k < decoded.pictures.size(); ++k) {
        REQUIRE(decoded.pictures[k].strip);
        CHECK(decoded.pictures[k].strip->frame_number == segment.first_frame + static_cast<std::int64_t>(k));
      }
    }
  }
}

TEST_CASE("time stamps run on across 2^33 in TS", "[origin][encode]") {
  ChannelSettings s = small();
  s.pts_base = (std::int64_t{1} << 33) - 90'000;
  Stream stream(s);
  stream.next();
  const auto decoded = test::decode(stream.bytes);
  REQUIRE(decoded.pictures.size() == 50);
  for (const auto& p : decoded.pictures) {
    REQUIRE(p.strip);
    CHECK(frame_of_pts(stream, p.pts) == p.strip->frame_number);
  }
}

TEST_CASE("continuity counters run on from segment to segment, also after a rollback", "[origin][encode]") {
  Stream stream(small());
  stream.next();
  const Segment second = stream.next();
  REQUIRE(stream.encoder.begin_at(second.end_frame, {}));
  stream.next();
  CHECK(continuity_errors(stream.bytes).empty());
}

TEST_CASE("a rolled back encoder joins its past without a gap or a click", "[origin][encode]") {
  Stream stream(small());
  stream.next();
  const Segment second = stream.next();
  stream.bytes.resize(stream.bytes.size() - second.body->size());
  REQUIRE(stream.encoder.begin_at(second.first_frame, {}));
  const Segment again = stream.next();
  CHECK(again.first_frame == second.first_frame);
  CHECK(again.end_frame == second.end_frame);
  const auto decoded = test::decode(stream.bytes);
  REQUIRE(decoded.pictures.size() == 100);
  // Across the joint the sound is one waveform: the tone's steepest slope, and a quarter for the codec.
  const float steepest = kToneAmplitude * 2 * 3.1416F * 1900 / 48000 * 1.25F;
  for (std::size_t i = 5000; i + 5000 < decoded.sound.size(); ++i)
    REQUIRE(std::abs(decoded.sound[i] - decoded.sound[i - 1]) < steepest);
  CHECK(sound_error_ms(stream, decoded, 90'000) < 1.0);
}

TEST_CASE("content faults begin and end at their frame", "[origin][encode]") {
  const ChannelSettings s = small();
  const std::int64_t origin = SegmentPlan(s).boundary_at_or_before(kOrigin);
  const auto at = [&](std::int64_t n) { return time_of_frame(origin + n, s.fps); };
  Stream stream(s, {{ContentFault::Kind::black, at(10), at(20)},
                    {ContentFault::Kind::frozen, at(30), at(40)},
                    {ContentFault::Kind::silence, at(25), at(35)}});
  stream.next();
  const auto decoded = test::decode(stream.bytes);
  REQUIRE(decoded.pictures.size() == 50);
  for (std::int64_t i = 0; i < 50; ++i) {
    const auto& p = decoded.pictures[static_cast<std::size_t>(i)];
    const bool black = i >= 10 && i < 20;
    CHECK((p.mean_luma < 20) == black);
    if (black) continue;
    REQUIRE(p.strip);
    CHECK(p.strip->frame_number == origin + (i >= 30 && i < 40 ? 30 : i));
  }
  const auto loudest = [&](double from_s, double to_s) {
    const double start = static_cast<double>(decoded.sound_pts - s.pts_base) / 90'000;
    const auto index = [&](double t) { return static_cast<std::ptrdiff_t>((t - start) * 48'000); };
    return *std::max_element(decoded.sound.begin() + index(from_s), decoded.sound.begin() + index(to_s));
  };
  CHECK(loudest(0.5, 0.9) > 0.1F);
  CHECK(loudest(1.05, 1.35) < 0.01F);
  CHECK(loudest(1.45, 1.6) > 0.1F);
}

TEST_CASE("other frame rates, sample rates and codecs keep their clock", "[origin][encode]") {
  ChannelSettings s = small();
  s.fps = {30'000, 1001};
  s.audio_rate = 44'100;
  s.audio_channels = 1;
  Stream stream(s);
  stream.next();
  stream.next();
  const auto decoded = test::decode(stream.bytes);
  REQUIRE(decoded.pictures.size() == 120);
  for (const auto& p : decoded.pictures) {
    REQUIRE(p.strip);
    CHECK(frame_of_pts(stream, p.pts) == p.strip->frame_number);
  }
  CHECK(sound_error_ms(stream, decoded, 20'000) < 1.0);

  for (const char* codec : {"ac3", "eac3", "mp3", "none"}) {
    ChannelSettings other = small();
    other.audio_codec = codec;
    Stream encoded(other);
    encoded.next();
    const auto heard = test::decode(encoded.bytes);
    INFO(codec);
    CHECK(heard.pictures.size() == 50);
    CHECK(heard.sound.empty() == (other.audio_codec == "none"));
    if (!heard.sound.empty()) CHECK(sound_error_ms(encoded, heard, 8'000) < 1.0);
  }
}

TEST_CASE("pacing is asked for every frame and can give up", "[origin][encode]") {
  Stream stream(small());
  std::vector<std::int64_t> asked;
  auto made = stream.encoder.next([&](std::int64_t n) {
    asked.push_back(n);
    return asked.size() < 10;
  });
  REQUIRE(made);
  CHECK(*made == nullptr);
  CHECK(asked.size() == 10);
  CHECK(asked.front() == stream.origin);
}

}  // namespace understudy::server
