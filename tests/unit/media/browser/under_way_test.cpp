// What is under way at a decoder that answers later: time stamps, how much it holds back, silence.
#include "media/browser/under_way.h"

#include "support/catch.h"

using namespace understudy;
using namespace std::chrono_literals;
using media::UnderWay;

namespace {

constexpr Instant at(Duration d) { return Instant(10s + d); }

/// Sends pictures 40 ms apart, from number `first` on.
void send(UnderWay& u, int first, int count) {
  for (int i = first; i < first + count; ++i) (void)u.send(MediaTime(i * 40ms), 40ms);
}

}  // namespace

TEST_CASE("a picture's content time comes back exactly, whatever its microseconds are") {
  UnderWay u;
  const MediaTime odd(Duration(1'700'000'000'123'456'789));
  const std::int64_t stamp = u.send(odd, 40ms);
  CHECK(stamp == 1'700'000'000'123'456);
  // Nearer than a microsecond to it: told apart all the same.
  const std::int64_t other = u.send(odd + 100ns, 40ms);
  CHECK(other != stamp);
  CHECK(u.picture_came(other)->content_time == odd + 100ns);
  CHECK_FALSE(u.picture_came(other).has_value());
  const std::int64_t before = u.send(MediaTime(-1ns), 40ms);
  CHECK(u.picture_came(before)->content_time == MediaTime(-1ns));
}

TEST_CASE("what is shown before a picture that came is not waited for any more") {
  UnderWay u;
  u.at(at(0ms));
  send(u, 0, 4);
  CHECK(u.first() == MediaTime(0ms));
  REQUIRE(u.picture_came(80'000).has_value());
  CHECK(u.size() == 1);
  CHECK(u.first() == MediaTime(120ms));
}

TEST_CASE("what a decoder holds back shows once it has begun with everything and nothing comes") {
  UnderWay u;
  u.at(at(0ms));
  send(u, 0, 4);
  CHECK(u.coming() == 4);
  u.at(at(200ms));
  CHECK(u.coming() == 4);  // it has not begun with them
  u.began_with_all_but(0);
  u.at(at(205ms));
  REQUIRE(u.picture_came(0).has_value());
  REQUIRE(u.picture_came(40'000).has_value());
  CHECK(u.coming() == 2);
  const Instant settled = u.next_deadline();
  CHECK(settled > at(205ms));
  CHECK(settled <= at(705ms));
  u.at(settled);
  CHECK(u.coming() == 0);
  send(u, 4, 4);
  CHECK(u.coming() == 4);
}

TEST_CASE("one that owes something and gives nothing for a second and a half is silent") {
  UnderWay u;
  u.at(at(0ms));
  send(u, 0, 3);
  for (Duration t = 0ms; t < 5s; t += 50ms) {
    u.at(at(t));
    u.began_with_all_but(0);
  }
  CHECK_FALSE(u.silent());  // it may need these for reordering
  u.drain();
  u.at(at(5s));
  CHECK(u.next_deadline() <= at(5500ms));
  // Time in which nobody asked counts little: the machine slept.
  u.at(at(60s));
  CHECK_FALSE(u.silent());
  u.at(at(60500ms));
  u.at(at(61s));
  CHECK(u.silent());
  u.forget();
  CHECK_FALSE(u.silent());
  CHECK(u.next_deadline() == Instant::max());
}

TEST_CASE("sound is placed by the packet that covers it") {
  UnderWay u;
  const Duration packet = 20ms;
  for (int i = 0; i < 4; ++i) (void)u.send(MediaTime(i * packet), packet);
  CHECK(u.sound_came(1, 20'001)->content_time == MediaTime(0ms));  // rounded anew
  const auto half = u.sound_came(20'000, 24'000);
  REQUIRE(half.has_value());
  CHECK(half->content_time == MediaTime(20ms));
  CHECK(u.size() == 3);  // more of that packet is to come
  CHECK(u.sound_came(24'000, 40'000)->content_time == MediaTime(20ms));
  CHECK(u.size() == 2);
  CHECK(u.sound_came(60'000, 80'000)->content_time == MediaTime(60ms));  // one gave nothing
  CHECK(u.size() == 0);
}
