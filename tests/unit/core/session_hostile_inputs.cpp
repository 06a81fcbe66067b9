// Inputs that no pipeline of ours would give, but a damaged trace does.
#include <vector>

#include "core/session/session.h"
#include "support/catch.h"

namespace understudy::session {
namespace {

SessionConfig one_source() {
  SessionConfig config;
  config.plain_sources = {{"primary", "http://127.0.0.1:1/a.m3u8"}};
  return config;
}

void drain(Session& session) {
  while (!std::holds_alternative<Deadline>(session.poll_output())) {
  }
}

TEST_CASE("facts about a source outside the group are ignored") {
  Session session(one_source());
  const Instant now{std::chrono::seconds(1)};
  const WallTime wall{std::chrono::seconds(1'000'000)};
  session.handle(Tick{}, now, wall);
  drain(session);
  const SourceId stranger{9};
  Switched switched;
  switched.to = stranger;
  for (const Input& input :
       {Input(switched), Input(loading::SegmentOpened{stranger, {}, {}, {}, {}}), Input(loading::SegmentClosed{stranger, {}, {}, {}, true, {}}),
        Input(MediaDamaged{stranger, {}, {}}), Input(FirstFrame{stranger, {}}), Input(PlayedOut{stranger}), Input(SwitchTo{stranger})}) {
    session.handle(input, now, wall);
    drain(session);
  }
  CHECK(session.state() == PlayerState::joining);
  CHECK(session.on_air() == SourceId{0});
}

std::vector<Output> outputs_of(Session& session, const Input& input, Instant now, WallTime wall) {
  session.handle(input, now, wall);
  std::vector<Output> outputs;
  while (true) {
    outputs.push_back(session.poll_output());
    if (std::holds_alternative<Deadline>(outputs.back())) return outputs;
  }
}

TEST_CASE("a switch that was not ordered closes no source and is told to nobody") {
  SessionConfig config = one_source();
  config.plain_sources.push_back({"fallback", "http://127.0.0.1:1/b.m3u8"});
  Session session(config);
  const Instant now{std::chrono::seconds(1)};
  const WallTime wall{std::chrono::seconds(1'000'000)};
  outputs_of(session, Tick{}, now, wall);
  Switched switched;
  switched.from = SourceId{1};
  switched.to = SourceId{0};
  for (const Output& output : outputs_of(session, switched, now, wall)) {
    CHECK_FALSE(std::holds_alternative<Event>(output));
    CHECK_FALSE(std::holds_alternative<loading::CloseSource>(output));
  }
}

TEST_CASE("times and counts at the ends of their range leave the session able to go on") {
  for (const std::int64_t edge : {INT64_MIN, INT64_MAX}) {
    Session session(one_source());
    const Instant now{std::chrono::seconds(1)};
    const WallTime wall{Duration(~edge)};
    outputs_of(session, Tick{}, now, WallTime{std::chrono::seconds(1'000'000)});
    MediaState state;
    state.playing = true;
    state.playhead = MediaTime(Duration(edge));
    state.output_latency = Duration(edge);
    state.sources = {SourceBuffer{SourceId{0}, MediaTime(Duration(~edge)), MediaTime(Duration(edge)), true, edge}};
    outputs_of(session, state, now, wall);
    outputs_of(session, loading::SegmentOpened{SourceId{0}, Epoch{1}, {}, {}, MediaTime(Duration(edge))}, now, wall);
    loading::FetchDone done;
    done.id = RequestId{1};
    done.status = 503;
    done.retry_after = done.total = Duration(edge);
    done.body_bytes = UINT64_MAX;
    outputs_of(session, done, now, wall);
    const auto outputs = outputs_of(session, Tick{}, now + std::chrono::seconds(1), wall);
    CHECK(std::get<Deadline>(outputs.back()).at > now);
    CHECK(std::get<Deadline>(outputs.back()).at < now + std::chrono::minutes(2));
  }
}

}  // namespace
}  // namespace understudy::session
