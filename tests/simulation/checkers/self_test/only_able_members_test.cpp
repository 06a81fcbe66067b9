#include "bench.h"

namespace understudy::simulation {

TEST_CASE("only_able_members: a commit needs what covers the splice, and a member that is able") {
  for (const bool ready : {true, false}) {
    Bench b(only_able_members);
    session::MediaState media;
    media.sources.push_back({kB, std::nullopt, std::nullopt, ready, std::nullopt});
    b.in(media);
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == ready);
  }
  Bench b(only_able_members);
  session::MediaState media;
  media.sources.push_back({kB, std::nullopt, std::nullopt, true, std::nullopt});
  b.in(media);
  b.truth.said.members[0].enabled = false;
  b.change();
  b.event(EventType::committed, Reason::reset, kB);
  CHECK(b.found() == 0);  // the engine can't know yet
  b.pass(1s);
  b.ask(1, Purpose::status);
  b.answer(1, 200);
  b.event(EventType::committed, Reason::reset, kB);
  CHECK(b.found() == 1);
}

TEST_CASE("only_able_members: what a cache answers tells of an earlier time") {
  for (const bool cached : {true, false}) {
    Bench b(only_able_members);
    session::MediaState media;
    media.sources.push_back({kB, std::nullopt, std::nullopt, true, std::nullopt});
    b.in(media);
    b.truth.said.members[0].enabled = false;
    b.change();
    b.pass(1s);
    if (cached) b.truth.age = 5s;
    b.ask(1, Purpose::status);
    b.truth.age = {};
    b.answer(1, 200);
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == cached);
  }
}

TEST_CASE("only_able_members: who denied access is not hedged before its penalty is over") {
  Bench b(only_able_members);
  b.event(EventType::hedge_started, Reason::reset, kB);
  b.ask(1, Purpose::media_playlist, kB);
  b.answer(1, 403);
  b.event(EventType::hedge_cancelled, Reason::none, kB);
  b.pass(121s);
  b.event(EventType::hedge_started, Reason::reset, kB);
  CHECK(b.found() == 0);
  b.ask(2, Purpose::media_playlist, kB);
  b.answer(2, 403);
  b.event(EventType::hedge_cancelled, Reason::none, kB);
  b.pass(20s);
  b.event(EventType::hedge_started, Reason::reset, kB);
  CHECK(b.found() == 1);
}

}  // namespace understudy::simulation
