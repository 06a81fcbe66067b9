#include <array>

#include "core/base/random.h"
#include "support/catch.h"

using namespace understudy;

// xoshiro256** of the state that splitmix64 makes of seed 0; the first two by the reference code of Blackman and Vigna.
TEST_CASE("the generator is xoshiro256** on every platform") {
  Random random(0);
  CHECK(random.next() == 0x99ec5f36cb75f2b4u);
  CHECK(random.next() == 0xbf6e1f784956452au);
}

TEST_CASE("below reaches every value about as often") {
  Random random(42);
  std::array<int, 7> seen{};
  for (int i = 0; i < 70'000; ++i) ++seen[random.below(seen.size())];
  for (const int count : seen) {
    CHECK(count > 9500);
    CHECK(count < 10'500);
  }
  CHECK(random.below(1) == 0);
}

TEST_CASE("between includes both ends and survives a reversed range") {
  Random random(1);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 200; ++i) {
    const Duration value = random.between(Duration(5), Duration(8));
    REQUIRE(value >= Duration(5));
    REQUIRE(value <= Duration(8));
    low = low || value == Duration(5);
    high = high || value == Duration(8);
  }
  CHECK(low);
  CHECK(high);
  CHECK(random.between(Duration(8), Duration(5)) == Duration(8));
}

TEST_CASE("decorrelated jitter stays between its bounds whatever came before") {
  Random random(3);
  Duration previous = from_ms(500);
  for (int i = 0; i < 1000; ++i) {
    previous = random.decorrelated(previous, from_ms(500), from_ms(8000));
    REQUIRE(previous >= from_ms(500));
    REQUIRE(previous <= from_ms(8000));
  }
  CHECK(random.decorrelated(Duration::max(), from_ms(500), from_ms(8000)) <= from_ms(8000));
}

TEST_CASE("forks differ by their salt and leave the parent as it was") {
  Random parent(9);
  Random copy(9);
  Random one = parent.fork(1);
  Random two = parent.fork(2);
  Random one_again = parent.fork(1);
  const std::uint64_t first = one.next();
  CHECK(first != two.next());
  CHECK(first == one_again.next());
  CHECK(parent.next() == copy.next());
}
