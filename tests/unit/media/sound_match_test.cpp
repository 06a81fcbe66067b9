// Where one sound lies in another: any offset, any codec, and no guess where nothing is clear.
#include "media/sound_match.h"

#include "media/listener.h"
#include "origin/tone.h"
#include "rig.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::test;
using namespace std::chrono_literals;
using media::SoundMatch;
using media::SoundPiece;

namespace {

SoundPiece made(Sound sound, double from, double seconds, MediaTime begin, double loudness = 1) {
  SoundPiece piece{begin, {}};
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(seconds * SoundMatch::kRate); ++i)
    piece.samples.push_back(static_cast<float>(loudness * sound_at(sound, from + double(i) / SoundMatch::kRate)));
  return piece;
}

SoundMatch::Result match(SoundPiece query, std::vector<SoundPiece> reference) {
  static const auto transform = SoundMatch::make_transform();
  SoundMatch m(std::move(query), std::move(reference), transform);
  int steps = 0;
  while (m.step()) REQUIRE(++steps < 50);
  return m.result();
}

double error_ms(Duration found, Duration expected) { return std::abs(double((found - expected).count())) / 1e6; }

}  // namespace

TEST_CASE("a second of any programme sound is found in forty, to a tenth of a millisecond") {
  for (const Sound sound : {Sound::code, Sound::noise, Sound::speech, Sound::music}) {
    const SoundPiece reference = made(sound, 100, 40, MediaTime(100s));
    for (int trial = 0; trial < 12; ++trial) {
      const double from = 100 + 36 * random_of(trial);
      const double length = 1 + 3 * random_of(trial + 100);
      const Duration skew(static_cast<std::int64_t>((random_of(trial + 200) - 0.5) * 20e9));
      const MediaTime begin = MediaTime(Duration(std::llround(from * 1e9))) + skew;
      const auto found = match(made(sound, from, length, begin, 0.3), {reference});
      INFO("sound " << int(sound) << " trial " << trial << " length " << length << " rival " << found.rival);
      REQUIRE(found.clear);
      CHECK(found.correlation > 0.85);  // half a sample off costs so much
      CHECK(error_ms(found.offset, skew) < 0.1);
    }
  }
}

TEST_CASE("the tone of the test origin is found wherever it is") {
  constexpr std::int64_t kStart = 1'750'000'000;  // seconds since the content epoch
  const auto tone = [](double from, double seconds) {
    SoundPiece piece{MediaTime(100s), {}};
    const auto first = static_cast<std::int64_t>(std::llround(from * SoundMatch::kRate));
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(seconds * SoundMatch::kRate); ++i)
      piece.samples.push_back(server::tone_sample(kStart * SoundMatch::kRate + first + i, SoundMatch::kRate));
    return piece;
  };
  const SoundPiece reference = tone(0, 40);
  for (int trial = 0; trial < 20; ++trial) {
    const double from = 36 * random_of(trial);
    const auto found = match(tone(from, trial % 2 == 0 ? 1 : 4), {reference});
    INFO("from " << from << " rival " << found.rival);
    REQUIRE(found.clear);
    CHECK(error_ms(found.offset, -Duration(std::llround(from * 1e9))) < 0.1);
  }
}

TEST_CASE("what sticks out of the reference is matched by what both have") {
  for (const Sound sound : {Sound::code, Sound::noise, Sound::speech}) {
    const SoundPiece reference = made(sound, 100, 20, MediaTime(100s));
    for (const double from : {97.5, 98.9, 117.0, 118.8}) {
      const MediaTime begin = MediaTime(Duration(std::llround(from * 1e9))) + 3s;
      const auto found = match(made(sound, from, 4, begin), {reference});
      REQUIRE(found.clear);
      CHECK(error_ms(found.offset, 3s) < 0.1);
    }
    CHECK_FALSE(match(made(sound, 96.5, 4, MediaTime(96s)), {reference}).clear);
    CHECK_FALSE(match(made(sound, 300, 4, MediaTime(100s)), {reference}).clear);
  }
}

TEST_CASE("a reference in pieces, one sound on both sides of a gap, is one place") {
  const std::vector<SoundPiece> pieces = {made(Sound::noise, 100, 10, MediaTime(100s)),
                                          made(Sound::noise, 110.3, 10, MediaTime(110s + 300ms))};
  const auto found = match(made(Sound::noise, 108, 4, MediaTime(108s - 7s)), pieces);
  REQUIRE(found.clear);
  CHECK(error_ms(found.offset, -7s) < 0.1);
}

TEST_CASE("silence, a steady tone and sound that repeats itself are refused") {
  const MediaTime at(100s);
  CHECK_FALSE(match(made(Sound::silence, 100, 4, at), {made(Sound::silence, 100, 40, at)}).clear);
  CHECK_FALSE(match(made(Sound::sine, 110, 4, at), {made(Sound::sine, 100, 40, at)}).clear);
  CHECK_FALSE(match(made(Sound::sine, 110, 1, at), {made(Sound::noise, 100, 40, at)}).clear);
  CHECK_FALSE(match(made(Sound::noise, 110, 4, at), {made(Sound::silence, 100, 40, at)}).clear);
  // A jingle of three seconds, over and over.
  SoundPiece loop{at, {}};
  const SoundPiece once = made(Sound::music, 0, 3, at);
  for (int i = 0; i < 8; ++i) loop.samples.insert(loop.samples.end(), once.samples.begin(), once.samples.end());
  SoundPiece query = loop;
  query.samples.resize(2 * SoundMatch::kRate);
  CHECK_FALSE(match(query, {loop}).clear);
  // Hiss below what anybody hears, the same in both.
  CHECK_FALSE(match(made(Sound::noise, 110, 4, at, 1e-3), {made(Sound::noise, 100, 40, at, 1e-3)}).clear);
}

TEST_CASE("too little sound is no match") {
  const SoundPiece reference = made(Sound::noise, 100, 40, MediaTime(100s));
  CHECK_FALSE(match(made(Sound::noise, 110, 0.9, MediaTime(110s)), {reference}).clear);
  CHECK_FALSE(match(made(Sound::noise, 110, 4, MediaTime(110s)), {}).clear);
  CHECK_FALSE(
      match(made(Sound::noise, 100, 4, MediaTime(110s)), {made(Sound::noise, 100, 0.9, MediaTime(100s))}).clear);
}

TEST_CASE("noise over one of the two does not move the match") {
  SoundPiece noisy = made(Sound::speech, 110, 4, MediaTime(110s));
  for (std::size_t i = 0; i < noisy.samples.size(); ++i)
    noisy.samples[i] += 0.02F * static_cast<float>(random_of(static_cast<std::int64_t>(i) + 77) - 0.5);
  const auto found = match(noisy, {made(Sound::speech, 100, 40, MediaTime(100s))});
  REQUIRE(found.clear);
  CHECK(error_ms(found.offset, 0s) < 0.2);
}

TEST_CASE("unrelated speech and music are not taken for one another") {
  for (int trial = 0; trial < 30; ++trial) {
    for (const Sound sound : {Sound::code, Sound::speech, Sound::music}) {
      const auto found = match(made(sound, 1000 + 50 * trial, trial % 2 == 0 ? 1 : 4, MediaTime(100s)),
                               {made(sound, 5000 + 50 * trial, 40, MediaTime(100s))});
      INFO("sound " << int(sound) << " trial " << trial << " correlation " << found.correlation << " rival "
                    << found.rival);
      CHECK_FALSE(found.clear);
    }
  }
}
