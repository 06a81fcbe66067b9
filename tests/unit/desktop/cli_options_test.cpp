#include "cli_options.h"

#include <algorithm>

#include "support/catch.h"

using namespace understudy;
using namespace understudy::desktop;

namespace {

Options options_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(arguments);
  if (const auto* early = std::get_if<EarlyExit>(&parsed)) FAIL(early->text);
  return std::get<Options>(parsed);
}

EarlyExit refusal_of(const std::vector<std::string>& arguments) {
  const auto parsed = parse_options(arguments);
  REQUIRE(std::holds_alternative<EarlyExit>(parsed));
  return std::get<EarlyExit>(parsed);
}

const std::string kUrl = "http://h/playout/ch-a";

}  // namespace

TEST_CASE("a channel's URL is polled for its status") {
  const Options options = options_of({kUrl});
  CHECK(options.session.status_url == kUrl);
  CHECK(options.session.plain_sources.empty());
  CHECK_FALSE(options.headless);
  CHECK_FALSE(options.end_on_stop);
  CHECK_FALSE(options.session.policy_override);
}

TEST_CASE("plain sources keep their order") {
  const Options options =
      options_of({"--primary", "http://a/1.m3u8", "--fallback", "http://b/1.m3u8", "--fallback", "https://c/1.m3u8"});
  REQUIRE(options.session.plain_sources.size() == 3);
  CHECK(options.session.plain_sources[0] == PlainSource{"primary", "http://a/1.m3u8"});
  CHECK(options.session.plain_sources[1] == PlainSource{"fallback-1", "http://b/1.m3u8"});
  CHECK(options.session.plain_sources[2] == PlainSource{"fallback-2", "https://c/1.m3u8"});
}

TEST_CASE("a playlist's URL is played as it is") {
  const Options options = options_of({"http://a/live.m3u8?token=1", "--fallback", "http://b/live.m3u8"});
  CHECK(options.session.status_url.empty());
  REQUIRE(options.session.plain_sources.size() == 2);
  CHECK(options.session.plain_sources[1].name == "fallback");
}

TEST_CASE("a headless run ends with its channel unless it is told to stay") {
  CHECK(options_of({"--headless", kUrl}).end_on_stop);
  CHECK_FALSE(options_of({"--headless", "--stay-on-stop", kUrl}).end_on_stop);
  CHECK(options_of({"--end-on-stop", kUrl}).end_on_stop);
}

TEST_CASE("outputs are named by kind") {
  const Options options =
      options_of({"--vo", "y4m=-", "--ao", "wav=/tmp/a=b.wav", "--log-format", "json", "--duration", "1.5", kUrl});
  CHECK(options.y4m_file == "-");
  CHECK(options.wav_file == "/tmp/a=b.wav");
  CHECK(options.log_format == LogFormat::json);
  CHECK(options.duration == from_ms(1500));
  CHECK(options_of({"--ao", "null", kUrl}).null_audio);
}

TEST_CASE("policy fields are set by either spelling") {
  const Options options = options_of({"--policy", "loss_threshold_ms=1000", "--policy", "pollMs=500", "--policy",
                                      "recovery=PRIMARY_PREFERRED", "--policy", "startOnFallback=true", kUrl});
  REQUIRE(options.session.policy_override);
  CHECK(options.session.policy_override->loss_threshold_ms == 1000);
  CHECK(options.session.policy_override->poll_ms == 500);
  CHECK(options.session.policy_override->recovery == Recovery::primary_preferred);
  CHECK(options.session.policy_override->start_on_fallback);
}

TEST_CASE("wrong arguments are refused with one line and a hint") {
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"ftp://h/x"},
      {kUrl, "--primary", "http://a/1.m3u8"},
      {kUrl, "--fallback", "http://b/1.m3u8"},
      {"--fallback", "http://b/1.m3u8"},
      {kUrl, "--vo", "window"},
      {kUrl, "--ao", "wav="},
      {kUrl, "--volume", "101"},
      {kUrl, "--duration", "0"},
      {kUrl, "--duration", "soon"},
      {kUrl, "--log-format", "xml"},
      {kUrl, "--policy", "loss_threshold_ms"},
      {kUrl, "--policy", "loss_threshold_ms=999"},
      {kUrl, "--policy", "loss_threshold_ms=1e3"},
      {kUrl, "--policy", "nonsense=1"},
      {kUrl, "--policy", "recovery=sometimes"},
      {kUrl, "--unknown"},
      {kUrl, "http://second"},
  };
  for (const auto& arguments : wrong) {
    const EarlyExit refusal = refusal_of(arguments);
    INFO(refusal.text);
    CHECK(refusal.code == kExitUsage);
    CHECK(refusal.text.rfind("understudy-player: ", 0) == 0);
    CHECK(std::count(refusal.text.begin(), refusal.text.end(), '\n') == 2);
    CHECK(refusal.text.find("--help") != std::string::npos);
  }
}

TEST_CASE("help names keys, examples and exit codes") {
  const EarlyExit help = refusal_of({"--help"});
  CHECK(help.code == kExitOk);
  for (const char* part : {"Keys:", "Examples:", "Exit codes:", "--filmstrip", "--policy"}) {
    INFO(part);
    CHECK(help.text.find(part) != std::string::npos);
  }
  CHECK(refusal_of({"--version"}).text == "understudy-player 0.1.0\n");
}
