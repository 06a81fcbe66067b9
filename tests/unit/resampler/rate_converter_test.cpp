// The browser's change of sample rate: clean, at its place, and one piece.
#include <algorithm>
#include <string>

#include "sounds.h"
#include "support/catch.h"

using namespace understudy::test;

namespace {

// Where the ends of a stretch, which are mirror images, are heard no more.
constexpr std::size_t kEnds = 1600;
constexpr std::size_t kLength = 24000;

std::string name(Rates r) { return std::to_string(r.from) + " to " + std::to_string(r.to); }

/// The difference of two sounds, relative to the first.
double difference(const Samples& a, const Samples& b) {
  const std::size_t end = std::min(a.size(), b.size()) - kEnds;
  Samples d;
  for (std::size_t i = kEnds; i < end; ++i) d.push_back(a[i] - b[i]);
  return rms(d) / rms({a.data() + kEnds, end - kEnds});
}

// Prime to each other, nearly the same, far apart, and what no device has: too many phases for a table.
const std::vector<Rates> kOddRates{{44101, 48000}, {48000, 47999}, {11025, 96000}, {192000, 44099}, {7919, 44100}};

std::vector<Rates> all_rates() {
  std::vector<Rates> out = usual_rates();
  out.insert(out.end(), kOddRates.begin(), kOddRates.end());
  return out;
}

}  // namespace

TEST_CASE("a tone up to 0.9 of the lower Nyquist frequency comes out at its level and place, with nothing beside it") {
  for (const Rates r : all_rates()) {
    for (const double part : {0.011, 0.13, 0.5, 0.77, 0.9}) {
      const double hz = part * lower_nyquist(r);
      const Samples out = convert(r, sine(hz, r.from, kLength));
      const Tone tone = fit(out, hz, r.to, kEnds, out.size() - kEnds);
      INFO(name(r) << ", " << hz << " Hz");
      CHECK(std::abs(decibels(tone.gain)) < 0.01);
      CHECK(std::abs(tone.late) < 0.002);
      CHECK(decibels(tone.noise) < -94);
    }
  }
}

TEST_CASE("what the lower rate cannot have is at least 90 dB down") {
  for (const Rates r : all_rates()) {
    if (r.from < r.to) continue;
    const double top = r.from / 2.0;
    for (const double part : {0.0, 0.02, 0.1, 0.37, 0.8, 0.99}) {
      const double hz = lower_nyquist(r) + part * (top - lower_nyquist(r)) + 1;
      if (hz >= top) continue;
      const Samples in = sine(hz, r.from, kLength);
      const Samples out = convert(r, in);
      INFO(name(r) << ", " << hz << " Hz");
      CHECK(decibels(rms({out.data() + kEnds / 2, out.size() - kEnds}) / rms(in)) < -90);
    }
  }
}

TEST_CASE("images of what the lower rate can have are at least 90 dB down") {
  for (const Rates r : usual_rates()) {
    if (r.from > r.to) continue;
    // Between 0.9 and 1 of the lower Nyquist frequency the tone itself fades; its images may not show.
    const double hz = 0.97 * lower_nyquist(r);
    const Samples in = sine(hz, r.from, kLength);
    const Samples out = convert(r, in);
    const Tone tone = fit(out, hz, r.to, kEnds, out.size() - kEnds);
    INFO(name(r));
    CHECK(decibels(tone.noise * tone.gain) < -90);
  }
}

TEST_CASE("libswresample with as long a filter gives the same, of a sweep and of noise") {
  for (const Rates r : usual_rates()) {
    INFO(name(r));
    const Samples rising = sweep(0.9 * lower_nyquist(r), r.from, kLength);
    CHECK(decibels(difference(judge(r, rising, true), convert(r, rising))) < -90);
    // Not above: going up, libswresample's transition lies around the Nyquist frequency and not below it.
    const Samples many = noise_below(0.9 * lower_nyquist(r), r.from, kLength);
    CHECK(decibels(difference(judge(r, many, true), convert(r, many))) < -90);
  }
}

TEST_CASE("the sound is where the native player's is, to a twentieth of a sample") {
  for (const Rates r : usual_rates()) {
    const double hz = 0.3 * lower_nyquist(r);
    const Samples in = sine(hz, r.from, kLength);
    const Samples theirs = judge(r, in, false);
    const Samples ours = convert(r, in);
    INFO(name(r));
    const double late = fit(ours, hz, r.to, kEnds, ours.size() - kEnds).late;
    CHECK(std::abs(late - fit(theirs, hz, r.to, kEnds, theirs.size() - kEnds).late) < 0.05);
  }
}

TEST_CASE("packets of any sizes give what one packet gives, bit for bit") {
  for (const Rates r : all_rates()) {
    INFO(name(r));
    const Samples in = noise(9001);
    const Samples whole = convert(r, in, in.size());
    for (const std::size_t size : {1, 7, 333, 1024}) CHECK(convert(r, in, size) == whole);
  }
}

TEST_CASE("all of the input has its output, however short it is") {
  for (const Rates r : all_rates()) {
    for (const std::size_t count : {1, 2, 31, 64, 65, 129, 1000, 8192}) {
      INFO(name(r) << ", " << count);
      const std::size_t expected = (count * static_cast<std::size_t>(r.to) + static_cast<std::size_t>(r.from) - 1) /
                                   static_cast<std::size_t>(r.from);
      CHECK(convert(r, noise(count)).size() == expected);
    }
  }
}

TEST_CASE("a constant stays one to both ends of a stretch") {
  for (const Rates r : all_rates()) {
    const Samples out = convert(r, Samples(4000, 0.25F));
    INFO(name(r));
    CHECK(std::all_of(out.begin(), out.end(), [](float s) { return std::abs(s - 0.25F) < 1e-5F; }));
  }
}

TEST_CASE("a minute of sound has not drifted") {
  for (const Rates r : {Rates{8000, 44100}, Rates{22050, 48000}, Rates{44101, 48000}}) {
    const Samples in = sine(441, r.from, static_cast<std::size_t>(r.from) * 60);
    const Samples out = convert(r, in);
    INFO(name(r));
    CHECK(out.size() == static_cast<std::size_t>(r.to) * 60);
    CHECK(std::abs(fit(out, 441, r.to, out.size() - 20000, out.size() - kEnds).late) < 0.002);
  }
}

TEST_CASE("channels do not mix, and a reset leaves nothing of what was before") {
  const Rates r{44100, 48000};
  const Samples left = noise(5000, 1);
  const Samples right = noise(5000, 2);
  understudy::media::RateConverter converter(2, r.from, r.to);
  Samples both = left;
  both.insert(both.end(), right.begin(), right.end());
  Samples dropped;
  converter.convert(both.data(), 5000, dropped);
  converter.reset();
  Samples out;
  converter.convert(both.data(), 5000, out);
  converter.finish(out);
  const Samples wanted_left = convert(r, left);
  const Samples wanted_right = convert(r, right);
  REQUIRE(out.size() == 2 * wanted_left.size());
  bool same = true;
  for (std::size_t i = 0; i < wanted_left.size(); ++i) {
    same = same && out[2 * i] == wanted_left[i] && out[2 * i + 1] == wanted_right[i];
  }
  CHECK(same);
}
