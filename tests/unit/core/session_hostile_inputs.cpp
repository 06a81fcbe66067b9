// Inputs that no pipeline of ours would give, but a damaged trace does.
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

}  // namespace
}  // namespace understudy::session
