// The browser's resampler: the place of sound, what is a gap and what is not, and which channel goes where.
#include "media/browser/resampler.h"

#include <utility>

#include "media/browser/channel_mix.h"
#include "media/sample_time.h"
#include "sounds.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::media;
using namespace understudy::test;
using namespace std::chrono_literals;

namespace {

constexpr AudioFormat kDevice{48000, 2};
const MediaTime kBegin{1'700'000'000s};

PlanarSound sound(const Samples& planar, int rate, int channels = 2) {
  return {container::Codec::aac, rate, channels, static_cast<int>(planar.size()) / channels, planar.data()};
}

Samples taken(const PcmQueue& queue, std::int64_t index, std::size_t frames) {
  Samples out(frames * 2);
  REQUIRE(queue.copy(index, out));
  return out;
}

const std::int64_t kPlace = sample_index(kBegin, kDevice.sample_rate);

}  // namespace

TEST_CASE("at the device's rate every bit stays") {
  const Samples planar = noise(2048);
  Resampler resampler(kDevice);
  PcmQueue queue(2);
  resampler.convert(sound(planar, 48000), kBegin, queue);
  resampler.drain(queue);
  REQUIRE(queue.frames() == 1024);
  const Samples out = taken(queue, kPlace, 1024);
  bool same = true;
  for (std::size_t i = 0; i < 1024; ++i) same = same && out[2 * i] == planar[i] && out[2 * i + 1] == planar[1024 + i];
  CHECK(same);
}

TEST_CASE("packets that follow each other are one stretch, and its samples are at their content time") {
  Resampler resampler(kDevice);
  PcmQueue queue(2);
  const Samples whole = sine(1000, 44100, 44100);
  for (std::size_t i = 0; i + 1050 <= whole.size(); i += 1050) {
    Samples planar(whole.begin() + static_cast<std::ptrdiff_t>(i),
                   whole.begin() + static_cast<std::ptrdiff_t>(i + 1050));
    planar.insert(planar.end(), planar.begin(), planar.begin() + 1050);
    // Time stamps of 90 kHz jitter.
    const Duration jitter = std::chrono::microseconds(i % 4 == 0 ? 11 : -11);
    resampler.convert(sound(planar, 44100), kBegin + sample_duration(static_cast<std::int64_t>(i), 44100) + jitter,
                      queue);
  }
  CHECK(resampler.expected() - kBegin == 1s + 11us);
  resampler.drain(queue);
  const std::int64_t first = sample_index(kBegin + 11us, 48000);
  CHECK(queue.available_until(first) == first + 48000);
  Samples left;
  const Samples out = taken(queue, first, 48000);
  for (std::size_t i = 0; i < out.size(); i += 2) left.push_back(out[i]);
  const Tone tone = fit(left, 1000, 48000, 200, 47800);
  CHECK(std::abs(tone.late) < 0.002);
  CHECK(decibels(tone.noise) < -94);
}

TEST_CASE("a gap begins a new stretch at its own place, and the old one is complete") {
  for (const int rate : {44100, 48000}) {
    Resampler resampler(kDevice);
    PcmQueue queue(2);
    const Samples planar = noise(static_cast<std::size_t>(rate) / 5);  // 100 ms
    resampler.convert(sound(planar, rate), kBegin, queue);
    CHECK(resampler.expected() == kBegin + 100ms);
    resampler.convert(sound(planar, rate), kBegin + 106ms, queue);
    resampler.drain(queue);
    INFO(rate);
    CHECK(queue.available_until(kPlace) == kPlace + 4800);
    CHECK(queue.next_available(kPlace + 4800) == kPlace + 5088);
    CHECK(queue.available_until(kPlace + 5088) == kPlace + 5088 + 4800);
    CHECK(taken(queue, kPlace, 4800) == taken(queue, kPlace + 5088, 4800));
  }
}

TEST_CASE("after a reset nothing of the old sound comes") {
  Resampler resampler(kDevice);
  PcmQueue queue(2);
  const Samples loud(2 * 441, 1.0F);
  const Samples silence(2 * 441);
  resampler.convert(sound(loud, 44100), kBegin, queue);
  resampler.reset();
  queue.clear();
  resampler.convert(sound(silence, 44100), kBegin + 10ms, queue);
  resampler.drain(queue);
  REQUIRE(queue.frames() == 480);
  CHECK(taken(queue, kPlace + 480, 480) == Samples(960));
}

TEST_CASE("another rate and another number of channels go on where the last sound ended") {
  Resampler resampler(kDevice);
  PcmQueue queue(2);
  MediaTime at = kBegin;
  for (const auto& [rate, channels] : {std::pair{44100, 2}, {48000, 6}, {22050, 1}, {22050, 2}, {44100, 2}}) {
    resampler.convert(sound(Samples(static_cast<std::size_t>(rate * channels / 10), 0.1F), rate, channels), at, queue);
    at += 100ms;
  }
  resampler.drain(queue);
  CHECK(queue.available_until(kPlace) == kPlace + 5 * 4800);
}

TEST_CASE("sound that cannot be is left out") {
  Resampler resampler(kDevice);
  PcmQueue queue(2);
  const Samples planar(960);
  for (const int rate : {0, -1, 1, 999, 768001, 2147483647}) resampler.convert(sound(planar, rate), kBegin, queue);
  resampler.convert({container::Codec::aac, 48000, 0, 480, planar.data()}, kBegin, queue);
  resampler.convert({container::Codec::aac, 48000, 2, 0, planar.data()}, kBegin, queue);
  resampler.drain(queue);
  CHECK(queue.empty());
  // The extremes that can be have tables of a bounded size, too.
  for (const int rate : {1000, 1009, 767999, 768000}) {
    resampler.convert(sound(planar, rate), kBegin + 1s, queue);
    resampler.drain(queue);
    CHECK(queue.available_until(kPlace + 48000).has_value());
    queue.clear();
  }
}

TEST_CASE("channels are mixed as libswresample mixes them") {
  using container::Codec;
  struct Case {
    const char* layout;
    Codec codec;
  };
  for (const Case c :
       {Case{"mono", Codec::aac}, Case{"stereo", Codec::aac}, Case{"3.0", Codec::aac}, Case{"4.0", Codec::aac},
        Case{"4.0", Codec::ac3}, Case{"4.0", Codec::eac3}, Case{"quad", Codec::opus}, Case{"quad", Codec::flac},
        Case{"5.0", Codec::aac}, Case{"5.1", Codec::aac}, Case{"5.1(side)", Codec::ac3}, Case{"6.1", Codec::flac},
        Case{"7.1", Codec::eac3}}) {
    for (const int out_channels : {1, 2}) {
      const auto wanted = judge_mix(c.layout, out_channels);
      const int channels = static_cast<int>(wanted.size());
      for (int one = 0; one < channels; ++one) {
        Samples planar(static_cast<std::size_t>(channels));
        planar[static_cast<std::size_t>(one)] = 1;
        Samples out;
        mix_channels(c.codec, planar.data(), channels, 1, out_channels, out);
        INFO(c.layout << " channel " << one << " to " << out_channels);
        REQUIRE(out.size() == static_cast<std::size_t>(out_channels));
        for (std::size_t k = 0; k < out.size(); ++k)
          CHECK(out[k] == Approx(wanted[static_cast<std::size_t>(one)][k]).margin(1e-5));
      }
    }
  }
}

TEST_CASE("more channels than are known, and devices with more than two, get what there is") {
  const Samples nine(9, 1.0F);
  Samples out;
  mix_channels(container::Codec::flac, nine.data(), 9, 1, 2, out);
  CHECK(out[0] == Approx(1 + 3 * std::sqrt(0.5)));
  out.clear();
  mix_channels(container::Codec::aac, nine.data(), 2, 1, 4, out);
  CHECK(out == Samples{1, 1, 0, 0});
  out.clear();
  mix_channels(container::Codec::aac, nine.data(), 8, 1, 6, out);
  CHECK(out == Samples(6, 1.0F));
}
