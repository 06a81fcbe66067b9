#include "core/base/policy_fields.h"
#include "support/catch.h"
#include "understudy/config.h"

using namespace understudy;

TEST_CASE("the default policy is valid") { CHECK(validate(Policy{})); }

TEST_CASE("every policy number is accepted at its bounds and refused beyond them, by name") {
  for (const PolicyNumber& field : kPolicyNumbers) {
    INFO(field.name);
    for (const std::int64_t value : {field.min - 1, field.max + 1}) {
      if (field.zero_is_unset && value == 0) continue;
      Policy policy;
      policy.*field.member = value;
      const Result<void> result = validate(policy);
      REQUIRE_FALSE(result);
      CHECK(result.error().code == ErrorCode::invalid_config);
      CHECK(result.error().detail.find(field.name) == 0);
      CHECK(in_range(field, clamped(field, value)));
    }
    CHECK(in_range(field, field.min));
    CHECK(in_range(field, field.max));
  }
}

TEST_CASE("a policy that contradicts itself is refused") {
  Policy probes;
  probes.probe_min_ms = 9000;
  CHECK(validate(probes).error().detail == "probe_min_ms: 9000 exceeds probe_max_ms (8000)");
  Policy clears;
  clears.clear_ms = 400'000;
  CHECK_FALSE(validate(clears));
  Policy offsets;
  offsets.target_live_offset_ms = 90'000;
  CHECK_FALSE(validate(offsets));
}

TEST_CASE("a session needs something to play") {
  CHECK(validate(SessionConfig{}).error().code == ErrorCode::no_source);
  SessionConfig config;
  config.status_url = "https://service.example/playout/ch-1";
  CHECK(validate(config));
}

TEST_CASE("a session's URLs and names are checked and URLs are not quoted in the error") {
  SessionConfig config;
  config.status_url = "ftp://service.example/?token=secret";
  CHECK(validate(config).error().code == ErrorCode::bad_url);
  CHECK(validate(config).error().detail.find("secret") == std::string::npos);
  config.status_url.clear();
  config.plain_sources = {{"primary", "http://a.example/x.m3u8"}, {"primary", "http://b.example/x.m3u8"}};
  CHECK(validate(config).error().detail == "plain_sources[1].name: \"primary\" twice");
  config.plain_sources[1].name = "backup";
  CHECK(validate(config));
  config.plain_sources[1].url = "http://b.example/x\r\nHost: evil";
  CHECK(validate(config).error().detail == "plain_sources[1].url: control character in the URL");
  config.plain_sources[1].url = "http://b.example/\x7f";
  CHECK(validate(config).error().detail == "plain_sources[1].url: control character in the URL");
  config.plain_sources[1].url = "http://b.example/" + std::string(100'000, 'x');
  CHECK(validate(config).error().detail.find("plain_sources[1].url: longer than") == 0);
  config.plain_sources[1].url.clear();
  CHECK_FALSE(validate(config));
  config.plain_sources[1] = {"", "http://b.example/x.m3u8"};
  CHECK(validate(config).error().detail == "plain_sources[1].name: empty");
}

TEST_CASE("a list of sources or a log without end is refused") {
  SessionConfig config;
  for (int i = 0; i < 1000; ++i) config.plain_sources.push_back({"s" + std::to_string(i), "http://a.example/x.m3u8"});
  CHECK(validate(config).error().detail.find("plain_sources: more than") == 0);
  config.plain_sources.resize(1);
  CHECK(validate(config));
  config.event_log_capacity = 1'000'000'000;
  CHECK_FALSE(validate(config));
}

TEST_CASE("what was last known of the channel is enough to begin with") {
  SessionConfig config;
  config.last_known_document = "{}";
  CHECK(validate(config));
}

TEST_CASE("a session's policy and log bound are checked too") {
  SessionConfig config;
  config.status_url = "http://127.0.0.1:8080/playout/a";
  config.event_log_capacity = 0;
  CHECK_FALSE(validate(config));
  config.event_log_capacity = 1;
  config.policy_override = Policy{};
  config.policy_override->poll_ms = 1;
  CHECK(validate(config).error().detail == "poll_ms: 1 is not in 250–60000");
}
