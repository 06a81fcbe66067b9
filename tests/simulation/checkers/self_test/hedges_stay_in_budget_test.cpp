#include "bench.h"

namespace understudy::simulation {

TEST_CASE("hedges_stay_in_budget: who waits cold is asked nothing, but for a hedge") {
  for (const bool hedged : {true, false}) {
    Bench b(hedges_stay_in_budget);
    b.pass(100s);
    b.show(kA, 1s);
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.ask(2, Purpose::media_playlist, kB);
    if (hedged) b.event(EventType::hedge_started, Reason::input_loss, kB);
    b.turn();
    CHECK((b.found() == 0) == hedged);
  }
}

namespace {

/// Hedges on suspicion, each given up after 1.5 MB.
void hedge_in_vain(Bench& b) {
  b.show(kA, 1s);
  for (std::uint64_t i = 1; i < 12; ++i) {
    b.ask(200 + i, Purpose::media_playlist, kA);  // its list moves on, so the loss is not declared
    loading::FetchDone list;
    list.id = RequestId{200 + i};
    list.status = 200;
    list.body = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + std::to_string(i) + ".ts\n";
    b.in(list);
    b.ask(100 + i, Purpose::segment, kA);
    b.turn();
    b.event(EventType::intent_to_fallback, Reason::input_loss, kA);
    b.event(EventType::hedge_started, Reason::input_loss, kB);
    b.ask(i, Purpose::segment, kB);
    loading::FetchDone done;
    done.id = RequestId{i};
    done.status = 200;
    done.body_bytes = 1'500'000;
    b.in(done);
    b.event(EventType::hedge_cancelled, Reason::none, kB);
    b.turn();
    if (i == 5) CHECK(b.found() == 0);
  }
}

}  // namespace

TEST_CASE("hedges_stay_in_budget: hedges on suspicion cost at most their share") {
  Bench b(hedges_stay_in_budget);
  hedge_in_vain(b);
  CHECK(b.found() > 0);
}

TEST_CASE("hedges_stay_in_budget: a hedge to a member that is loaded in step costs nothing") {
  for (const bool hot : {true, false}) {
    Bench b(hedges_stay_in_budget);
    b.truth.said.members.push_back(b.truth.said.members.front());  // one of two is hot
    b.truth.said.members.back().src = "c";
    b.truth.said.policy.standby = Standby::hot;
    b.change();
    b.out(loading::OpenSource{kB, Epoch{1}, false});
    if (hot) b.out(session::StandBy{kB});
    hedge_in_vain(b);
    CHECK((b.found() == 0) == hot);
  }
}

namespace {

/// Switches to B, and as soon as that is shown hedges with A, in vain. Meanwhile the segment of B that comes first was answered so,
/// while B was prepared or after.
void hedge_after_switch(Bench& b, bool prepared, const std::vector<int>& answers,
                        const std::optional<loading::SegmentClosed>& closed = std::nullopt) {
  b.show(kA, 1s);
  b.event(EventType::hedge_started, Reason::manual, kB);
  b.ask(1, Purpose::media_playlist, kB);
  b.body = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n";
  b.answer(1, 200);
  if (!prepared) b.event(EventType::committed, Reason::manual, kB);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    b.ask(10 + i, Purpose::segment, kB);
    b.answer(10 + i, answers[i]);
  }
  if (closed) b.in(*closed);
  if (prepared) b.event(EventType::committed, Reason::manual, kB);
  b.ask(20, Purpose::segment, kB);
  b.pass(100ms);
  b.event(EventType::switched, Reason::manual, kB);
  b.event(EventType::intent_to_fallback, Reason::http_error, kB, kB);
  b.show(kB, 200ms);
  b.event(EventType::hedge_started, Reason::http_error, kA, kB);
  b.ask(30, Purpose::segment, kA);
  loading::FetchDone done;
  done.id = RequestId{30};
  done.status = 200;
  done.body_bytes = 20'000'000;  // more than the share
  b.in(done);
  b.event(EventType::hedge_cancelled, Reason::none, kA, kB);
}

}  // namespace

TEST_CASE("hedges_stay_in_budget: what failed of a source before the switch to it was seen is hard evidence as long as it did not come") {
  for (const bool prepared : {true, false}) {
    const auto passes = [prepared](const auto&... happened) {
      Bench b(hedges_stay_in_budget);
      hedge_after_switch(b, prepared, happened...);
      return b.found() == 0;
    };
    using Answers = std::vector<int>;
    CHECK(passes(Answers{500, 500}));
    CHECK(passes(Answers{403}));        // no quick retry
    CHECK_FALSE(passes(Answers{}));     // mere suspicion
    CHECK_FALSE(passes(Answers{500}));  // its quick retry may heal it
    CHECK_FALSE(passes(Answers{500, 500, 200}));
    loading::SegmentClosed closed;
    closed.source = kB;
    CHECK(passes(Answers{200}, closed));  // damaged
    closed.good = true;
    CHECK_FALSE(passes(Answers{200}, closed));
    closed.good = false;
    closed.source = kA;
    CHECK_FALSE(passes(Answers{200}, closed));
  }
}

}  // namespace understudy::simulation
