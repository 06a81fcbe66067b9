// The strip and the tone are what every judge of a splice relies on; here against damage, without a codec.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <vector>

#include "origin/clock.h"
#include "origin/strip.h"
#include "origin/tone.h"
#include "support/catch.h"

namespace understudy::server {
namespace {

std::vector<float> tone(std::int64_t first, int count, int rate) {
  std::vector<float> out;
  for (int i = 0; i < count; ++i) out.push_back(tone_sample(first + i, rate));
  return out;
}

double error_ms(Duration found, std::int64_t first, int rate) {
  const Duration truth = units_to_duration(first, rate, 1) % kTonePeriod;
  const double ms = std::abs(static_cast<double>((found - truth).count())) / 1e6;
  return std::min(ms, static_cast<double>(to_ms(kTonePeriod)) - ms);
}

}  // namespace

TEST_CASE("a frame number and its content time are exact inverses", "[origin]") {
  for (const FrameRate rate : {FrameRate{25, 1}, FrameRate{30, 1}, FrameRate{30000, 1001}}) {
    for (std::int64_t n :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{1'490'000'007}, std::int64_t{2'345'678'901}}) {
      CHECK(frame_at(time_of_frame(n, rate), rate) == n);
      CHECK(frame_at(time_of_frame(n + 1, rate) - Duration(1), rate) == n);
    }
  }
  CHECK(time_of_frame(25 * 60, {25, 1}) == kContentEpoch + std::chrono::minutes(1));
  CHECK(sample_of_frame(1, {30, 1}, 48000) == 1600);
  CHECK(sample_of_frame(1, {30000, 1001}, 48000) == 1602);
}

TEST_CASE("a strip is read back at every size, after scaling, noise and low contrast", "[origin]") {
  const StripValue value{7, 1'490'123'457};
  std::mt19937 random(1);
  for (const auto& [w, h] :
       {std::pair{128, 96}, std::pair{256, 144}, std::pair{320, 180}, std::pair{640, 360}, std::pair{1920, 1080}}) {
    std::vector<std::uint8_t> luma(static_cast<std::size_t>(w * h), 90);
    paint_strip(luma.data(), w, w, h, value);
    for (auto& y : luma)
      y = static_cast<std::uint8_t>(
          std::clamp(static_cast<int>(y) / 2 + 40 + static_cast<int>(random() % 41) - 20, 0, 255));
    CHECK(read_strip(luma.data(), w, w, h) == value);
  }
}

TEST_CASE("a picture without a strip, or with a damaged one, reads as nothing", "[origin]") {
  const int w = 320;
  const int h = 180;
  std::vector<std::uint8_t> luma(w * h, 16);
  CHECK_FALSE(read_strip(luma.data(), w, w, h));
  paint_strip(luma.data(), w, w, h, {1, 1000});
  for (int y = 0; y < 7; ++y)
    std::fill_n(luma.begin() + y * w + 100, 10,
                static_cast<std::uint8_t>(luma[static_cast<std::size_t>(y * w + 100)] < 128 ? 235 : 16));
  CHECK_FALSE(read_strip(luma.data(), w, w, h));
}

TEST_CASE("the tone tells the content time to the millisecond anywhere in its period", "[origin]") {
  std::mt19937_64 random(2);
  for (const int rate : {48000, 44100, 32000}) {
    for (int i = 0; i < 25; ++i) {
      const auto first = static_cast<std::int64_t>(random() % 3'000'000'000'000);
      const auto found = locate_tone(tone(first, rate / 4, rate), rate);
      REQUIRE(found);
      CHECK(error_ms(*found, first, rate) < 0.1);
    }
  }
}

TEST_CASE("the tone is found in noise and at another volume, and not where there is none", "[origin]") {
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, 0.02F);
  auto samples = tone(123'456'789, 12000, 48000);
  for (float& s : samples) s = 0.5F * s + noise(random);
  const auto found = locate_tone(samples, 48000);
  REQUIRE(found);
  CHECK(error_ms(*found, 123'456'789, 48000) < 1.0);
  for (float& s : samples) s = noise(random);
  CHECK_FALSE(locate_tone(samples, 48000));
  CHECK_FALSE(locate_tone(std::vector<float>(12000, 0.0F), 48000));
  CHECK_FALSE(locate_tone(tone(0, 4000, 48000), 48000));
}

TEST_CASE("the tone does not repeat within its period and has no jump between samples", "[origin]") {
  // Steepest slope of 1900 Hz at full amplitude: nothing may step further than that.
  float last = tone_sample(0, 48000);
  for (std::int64_t i = 1; i < 48000 * 2; ++i) {
    const float now = tone_sample(i, 48000);
    REQUIRE(std::abs(now - last) <= kToneAmplitude * 2 * 3.1416F * 1900 / 48000 + 1e-4F);
    last = now;
  }
  CHECK(kTonePeriod >= std::chrono::seconds(60));
}

}  // namespace understudy::server
