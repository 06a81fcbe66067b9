#include "core/trace/codec.h"

#include "core/base/policy_fields.h"
#include "core/base/random.h"
#include "support/catch.h"

using namespace understudy;
using loading::Stream;

namespace {

constexpr SourceId kA{1};
constexpr SourceId kB{2};
constexpr Epoch kEpoch{7};
constexpr MediaSequenceNumber kMsn{-9'000'000'000};
const MediaTime kTime{Duration(-5)};
const Error kError{ErrorCode::http_status, "404 for \"a\\b\"\n", 404};

std::string all_bytes() {
  std::string text;
  for (int c = 0; c < 256; ++c) text += static_cast<char>(c);
  return text;
}

// Every field of every alternative has a value that is not its default, so that a field that is not carried is missed.

std::vector<session::Input> inputs() {
  return {
      session::Tick{},
      loading::FetchDone{RequestId{1}, kError, 404, "http://a/?t=1", "\"e\"", from_ms(1), Duration::zero(), from_ms(3), from_ms(4),
                         from_ms(5), from_ms(6), 256, all_bytes()},
      loading::FetchProgress{RequestId{UINT64_MAX}, 77, 0},
      loading::SegmentOpened{kA, kEpoch, Stream::audio, kMsn, kTime},
      loading::SegmentClosed{kA, kEpoch, Stream::audio, kMsn, true, kError},
      session::MediaState{true, true, kTime, from_ms(20), {{kA, kTime, kTime, true}, {}}},
      session::MediaDamaged{kA, kTime, kError},
      session::FirstFrame{kA, kTime},
      session::Switched{kA, kB, kTime, from_ms(3), 4, -5},
      session::Aligned{kB, kA, true, from_ms(-700), from_ms(1)},
      session::Stalled{},
      session::Resumed{from_ms(9)},
      session::PlayedOut{kB},
      session::SetPaused{true},
      session::SwitchTo{SourceId{0}},
      session::EndSession{},
  };
}

std::vector<session::Output> outputs() {
  const loading::SegmentTarget target{kA, kEpoch, Stream::audio, kMsn, 3, true, RequestId{4}, 5};
  Event event;
  event.sequence = 9;
  event.type = EventType::error;
  event.at = Instant(from_ms(1));
  event.wall = WallTime(from_ms(2));
  event.reason = Reason::network_down;
  event.source = SourceId{0};
  event.from = kB;
  event.sources = {{kA, "a", SourceState::disabled}, {kB, "b", SourceState::hot, 1500, -700}};
  event.switch_facts = SwitchFacts{kTime, 1, 2, 3, 4, 5, 6, 7, Alignment::live_edge, 8};
  event.error = kError;
  event.detail = "d";
  return {
      loading::Fetch{RequestId{2}, loading::Purpose::poster, SourceId{0}, "http://a/", hls::ByteRange{3, 4}, "\"x\"",
                     loading::Timeouts{from_ms(1), from_ms(2), from_ms(3)}, 99, target},
      loading::CancelFetch{RequestId{3}},
      loading::OpenSource{kA, kEpoch, true},
      loading::CloseSource{kA},
      loading::OpenDirect{kA, kEpoch, "rtmp://x"},
      loading::Anchor{kA, kEpoch, 8, from_ms(-8)},
      loading::AbandonSegment{target},
      loading::EndOfStream{kA, kEpoch},
      session::StartPlayback{kA, kTime},
      session::Prepare{kA},
      session::StandBy{kA},
      session::CancelPrepare{kA},
      session::Splice{kA},
      session::StopMedia{},
      session::PauseMedia{true},
      session::SetRate{-5000},
      session::PosterLoaded{std::string(5, '\0')},
      event,
      session::Deadline{Instant(from_ms(4)), session::DeadlineReason::controller},
  };
}

SessionConfig full_config() {
  SessionConfig c;
  c.status_url = "https://s/playout/1";
  c.plain_sources = {{"primary", "http://a"}, {"fallback", "http://b"}};
  c.last_known_document = "{\"id\": 1}";
  c.policy_override.emplace();
  for (const PolicyNumber& f : kPolicyNumbers) c.policy_override.value().*f.member = f.max - 1;
  for (const PolicyFlag& f : kPolicyFlags) c.policy_override.value().*f.member = !(Policy{}.*f.member);
  c.policy_override->recovery = Recovery::primary_preferred;
  c.policy_override->standby = Standby::hot;
  c.policy_override->mode = GroupMode::flat;
  c.seed = UINT64_MAX;
  c.default_announcement = "Bald geht’s los";
  c.max_bandwidth = 1;
  c.event_log_capacity = 16;
  return c;
}

}  // namespace

TEST_CASE("every kind of input survives being written and read") {
  std::size_t kind = 0;
  for (const session::Input& input : inputs()) {
    REQUIRE(input.index() == kind++);
    const trace::TimedInput timed{input, Instant(Duration(INT64_MAX)), WallTime(Duration(INT64_MIN))};
    const std::string line = trace::write_input(timed);
    INFO(line);
    CHECK(line.find('\n') == std::string::npos);
    const auto read = trace::parse_input(line);
    REQUIRE(read);
    CHECK(*read == timed);
  }
  CHECK(kind == std::variant_size_v<session::Input>);
}

TEST_CASE("every kind of output survives being written and read") {
  std::size_t kind = 0;
  for (const session::Output& output : outputs()) {
    REQUIRE(output.index() == kind++);
    const std::string line = trace::write_output(output);
    INFO(line);
    const auto read = trace::parse_output(line);
    REQUIRE(read);
    CHECK(*read == output);
  }
  CHECK(kind == std::variant_size_v<session::Output>);
}

TEST_CASE("an output that is written has a field for everything that is not default") {
  // Default values leave a line with its name alone, so what default and full lines share is only the name.
  CHECK(trace::write_output(session::Deadline{}) == "> deadline");
  CHECK(trace::write_output(Event{}) == "> event");
  CHECK(trace::write_output(loading::Fetch{}) == "> fetch");
  CHECK(trace::write_output(session::PosterLoaded{}) == "> poster_loaded");
}

TEST_CASE("the configuration survives being written and read") {
  const SessionConfig config = full_config();
  const std::string line = trace::write_header(config);
  const auto read = trace::parse_header(line);
  if (!read) FAIL(read.error().detail);
  CHECK(trace::write_header(*read) == line);
  CHECK(read->policy_override == config.policy_override);
  CHECK(read->plain_sources == config.plain_sources);
  CHECK(read->default_announcement == config.default_announcement);
  CHECK(read->last_known_document == config.last_known_document);
  CHECK(read->status_url == config.status_url);
  CHECK(read->seed == config.seed);
  CHECK(read->max_bandwidth == 1);
  CHECK(read->event_log_capacity == 16);
}

TEST_CASE("lines read as they are documented") {
  CHECK(trace::write_input({session::Tick{}, Instant(Duration(5)), WallTime(Duration(6))}) == "< 5 6 tick");
  CHECK(trace::write_output(session::SetRate{-3}) == "> set_rate ppm=-3");
  CHECK(trace::write_output(loading::CancelFetch{RequestId{1}}) == "> cancel_fetch id=1");
  CHECK(trace::write_output(session::Deadline{Instant(Duration(2)), session::DeadlineReason::status_poll}) ==
        "> deadline at=2 reason=status_poll");
}

TEST_CASE("a poster's body is read back as zero bytes of its size") {
  loading::FetchDone done;
  done.body = "PNG";
  const std::string line = trace::write_input({done, {}, {}}, trace::Bodies::size_only);
  CHECK(line == "< 0 0 fetch_done body=~3");
  const auto read = trace::parse_input(line);
  REQUIRE(read);
  CHECK(std::get<loading::FetchDone>(read->input).body == std::string(3, '\0'));
}

TEST_CASE("bad lines are refused with the column and what was expected") {
  const auto detail = [](std::string_view line) {
    const auto read = trace::parse_input(line);
    if (read) return std::string("accepted");
    CHECK(read.error().code == ErrorCode::bad_trace);
    return read.error().detail;
  };
  CHECK(detail("") == "column 1: expected <");
  CHECK(detail("< x") == "column 3: expected a number in range");
  CHECK(detail("< 99999999999999999999 0 tick") == "column 3: expected a number in range");
  CHECK(detail("< 0 0 tick ") == "column 11: expected a known field in its place");
  CHECK(detail("< 0 0 played_out source=-1") == "column 25: expected a number in range");
  CHECK(detail("< 0 0 played_out source=4294967296") == "column 25: expected a number in range");
  CHECK(detail("< 0 0 set_paused paused=yes") == "column 25: expected true or false");
  CHECK(detail("< 0 0 fetch_done id=1 id=1") == "column 22: expected a known field in its place");
  CHECK(detail("< 0 0 fetch_done body=\"a") == "column 25: expected a closing quote");
  CHECK(detail("< 0 0 fetch_done body=\"\\xg0\"") == "column 24: expected an escape");
  CHECK(detail("< 0 0 fetch_done body=\"\\") == "column 24: expected an escape");
  CHECK(detail("< 0 0 fetch_done body=~99999999999") == "column 35: expected a smaller body");
  CHECK(detail("< 0 0 fetch_done error={code=unknown}") == "column 37: expected a known name");
  CHECK(detail("< 0 0 media_state sources=[{}") == "column 30: expected a space or ]");
  std::string many = "< 0 0 media_state sources=[{}";
  for (int i = 0; i < 2000; ++i) many += " {}";
  CHECK(detail(many + "]").find("expected fewer items") != std::string::npos);
}

TEST_CASE("a header of another version, or with an invalid configuration, is refused") {
  CHECK(trace::parse_header("understudy-trace 2 {}").error().detail == "format version 2, not 1");
  CHECK(trace::parse_header("#EXTM3U").error().code == ErrorCode::bad_trace);
  CHECK_FALSE(trace::parse_header("understudy-trace 1 {policy_override={poll_ms=1}}"));
}

TEST_CASE("mutated lines are read or refused, and what is read is written the same") {
  std::vector<std::string> lines;
  for (const session::Input& input : inputs()) lines.push_back(trace::write_input({input, {}, {}}));
  for (const session::Output& output : outputs()) lines.push_back(trace::write_output(output));
  Random random(1);
  constexpr std::string_view kLikely = "{}[]\"\\ =~<>-0189aenx";
  for (int round = 0; round < 20'000; ++round) {
    std::string line = lines[random.below(lines.size())];
    for (std::uint64_t edits = 1 + random.below(3); edits > 0 && !line.empty(); --edits) {
      const std::size_t at = random.below(line.size());
      switch (random.below(3)) {
        case 0: line[at] = kLikely[random.below(kLikely.size())]; break;
        case 1: line.erase(at, 1 + random.below(8)); break;
        default: line.insert(at, line.substr(random.below(line.size()), random.below(8))); break;
      }
    }
    if (const auto input = trace::parse_input(line)) {
      const std::string written = trace::write_input(*input);
      REQUIRE(trace::parse_input(written).value() == *input);
    }
    if (const auto output = trace::parse_output(line); output && !std::holds_alternative<session::PosterLoaded>(*output)) {
      const std::string written = trace::write_output(*output);
      REQUIRE(trace::parse_output(written).value() == *output);
    }
  }
}
