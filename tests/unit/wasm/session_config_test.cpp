#include "session_config.h"

#include "support/catch.h"

namespace understudy::wasm {
namespace {

TEST_CASE("a page's configuration becomes the engine's") {
  const auto config = parse_config(R"({
    "statusUrl": "https://status/playout/a", "seed": 7, "maxBandwidth": 5000000, "defaultAnnouncement": "Soon",
    "sources": [{"name": "primary", "url": "https://a/live.m3u8"}],
    "policy": {"lossThresholdMs": 1500, "standby": "hot", "recovery": "PRIMARY_PREFERRED", "mode": "flat", "autoRestart": false}})");
  REQUIRE(config);
  CHECK(config->status_url == "https://status/playout/a");
  CHECK(config->seed == 7);
  CHECK(config->max_bandwidth == 5'000'000);
  CHECK(config->default_announcement == "Soon");
  REQUIRE(config->plain_sources.size() == 1);
  CHECK(config->plain_sources[0] == PlainSource{"primary", "https://a/live.m3u8"});
  REQUIRE(config->policy_override);
  CHECK(config->policy_override->loss_threshold_ms == 1500);
  CHECK(config->policy_override->standby == Standby::hot);
  CHECK(config->policy_override->recovery == Recovery::primary_preferred);
  CHECK(config->policy_override->mode == GroupMode::flat);
  CHECK_FALSE(config->policy_override->auto_restart);
}

TEST_CASE("without a policy the status document's counts") {
  const auto config = parse_config(R"({"statusUrl": "https://status/playout/a"})");
  REQUIRE(config);
  CHECK_FALSE(config->policy_override);
}

TEST_CASE("what is wrong is refused by its name, value and range") {
  struct Bad {
    const char* json;
    ErrorCode code;
    const char* says;
  };
  const Bad bad = GENERATE(
      Bad{"", ErrorCode::invalid_config, "not a JSON object"},
      Bad{"[1]", ErrorCode::invalid_config, "not a JSON object"},
      Bad{"{}", ErrorCode::no_source, "neither a status URL"},
      Bad{R"({"statusUrl": "ftp://x/"})", ErrorCode::bad_url, "neither http nor https"},
      Bad{R"({"statusUrl": "http://x/", "sources": 3})", ErrorCode::invalid_config, "sources is not an array"},
      Bad{R"({"sources": [7]})", ErrorCode::invalid_config, "an entry is not an object"},
      Bad{R"({"statusUrl": "http://x/", "policy": "hot"})", ErrorCode::invalid_config, "policy is not an object"},
      Bad{R"({"statusUrl": "http://x/", "policy": {"pollMs": 3}})", ErrorCode::invalid_config,
          "policy.pollMs: 3 is not a whole number from 250 to 60000"},
      Bad{R"({"statusUrl": "http://x/", "policy": {"pollMs": "2000"}})", ErrorCode::invalid_config,
          "policy.pollMs: \"2000\""},
      Bad{R"({"statusUrl": "http://x/", "policy": {"standby": "tepid"}})", ErrorCode::invalid_config,
          "none of cold, warm, hot"},
      Bad{R"({"statusUrl": "http://x/", "policy": {"autoRestart": 1}})", ErrorCode::invalid_config,
          "not true or false"},
      Bad{R"({"statusUrl": "http://x/", "policy": {"standBy": "hot"}})", ErrorCode::invalid_config, "no such setting"});
  CAPTURE(bad.json);
  const auto config = parse_config(bad.json);
  REQUIRE_FALSE(config);
  CHECK(config.error().code == bad.code);
  CHECK_THAT(config.error().detail, Catch::Matchers::Contains(bad.says));
}

}  // namespace
}  // namespace understudy::wasm
