// What the last requests took, and how early a preparation must begin for it.
#include "core/loading/source_pace.h"
#include "support/catch.h"

namespace understudy::loading {

namespace {

FetchDone answered(Duration total, Duration connect = {}) {
  FetchDone done;
  done.status = 200;
  done.connect = connect;
  done.first_byte = total / 2;
  done.total = total;
  return done;
}

}  // namespace

TEST_CASE("a percentile of fewer than twenty requests is not known") {
  SourcePace pace;
  for (int i = 0; i < 19; ++i) pace.observe(Purpose::segment, answered(from_ms(100)));
  CHECK_FALSE(pace.segment(95));
  pace.observe(Purpose::segment, answered(from_ms(100)));
  REQUIRE(pace.segment(95));
  CHECK(*pace.segment(95) == from_ms(100));
  CHECK(*pace.first_byte(50) == from_ms(50));
}

TEST_CASE("requests that failed say nothing about how fast a source answers") {
  SourcePace pace;
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::segment, answered(from_ms(100)));
  FetchDone failed = answered(from_ms(5000));
  failed.status = 503;
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::segment, failed);
  CHECK(*pace.segment(99) == from_ms(100));
}

TEST_CASE("a kept connection says nothing about how long a new one takes") {
  SourcePace pace;
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::media_playlist, answered(from_ms(30), from_ms(i % 2 == 0 ? 40 : 0)));
  CHECK_FALSE(pace.connect(99));
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::media_playlist, answered(from_ms(30), from_ms(40)));
  CHECK(*pace.connect(99) == from_ms(40));
}

TEST_CASE("a preparation takes the prior until enough was measured, then the slowest of each step together") {
  SourcePace pace;
  CHECK(pace.to_prepare({}) == SourcePace::kPreparePrior);
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::segment, answered(from_ms(200 + i)));
  CHECK(pace.to_prepare({}) == SourcePace::kPreparePrior);  // its playlists are not known yet
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::media_playlist, answered(from_ms(30)));
  for (int i = 0; i < 20; ++i) pace.observe(Purpose::init_section, answered(from_ms(25)));
  CHECK(pace.to_prepare({}) == from_ms(219 + 2 * 30 + 25));
  CHECK(pace.to_prepare({.playlists = 1, .init = false}) == from_ms(219 + 30));
  CHECK(pace.to_prepare({.playlists = 0, .init = false}) == from_ms(219));
}

TEST_CASE("what the same fetches took is known from the first ones on") {
  SourcePace pace;
  CHECK(pace.longest({}) == Duration::zero());
  pace.observe(Purpose::media_playlist, answered(from_ms(30), from_ms(40)));
  pace.observe(Purpose::init_section, answered(from_ms(25)));
  pace.observe(Purpose::segment, answered(from_ms(700)));
  pace.observe(Purpose::segment, answered(from_ms(800)));
  CHECK(pace.longest({}) == from_ms(40 + 2 * 30 + 25 + 800));
  CHECK(pace.longest({.playlists = 1, .init = false, .segments = 2}) == from_ms(40 + 30 + 2 * 800));
}

TEST_CASE("what lies between the access point and the splice is decoded at the measured rate") {
  SourcePace pace;
  CHECK(pace.to_prepare({.to_decode = from_ms(2000)}) == SourcePace::kPreparePrior);
  pace.observe_decoding(8000);  // eight times as fast as it plays
  CHECK(pace.to_prepare({.to_decode = from_ms(2000)}) == SourcePace::kPreparePrior + from_ms(250));
}

}  // namespace understudy::loading
