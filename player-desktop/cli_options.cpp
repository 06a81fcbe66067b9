#include "cli_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>

#include "core/base/policy_fields.h"

namespace understudy::desktop {
namespace {

constexpr const char* kVersion = "understudy-player 0.1.0";

constexpr const char* kFooter = R"(
URL is what the companion service publishes for a channel or an alias, e.g. http://host/playout/ch-a.
A URL that ends in .m3u8 is played as it is, without a service, like --primary.

Keys:
  space  pause            m    mute               i      statistics
  9 0    volume           f    full screen        b      switch to the next source
  q Esc  quit

Examples:
  understudy-player http://localhost:8080/playout/ch-a
  understudy-player --primary http://a/live.m3u8 --fallback http://b/live.m3u8
  understudy-player --headless --duration 60 --report report.json --filmstrip strip.png URL
  understudy-player --headless --vo y4m=- --ao wav=sound.wav URL | ffplay -
  understudy-player --policy loss_threshold_ms=1000 --policy recovery=primary_preferred URL

Exit codes:
  0  ended by the user, by --duration or by the channel's stop, after something was played
  1  wrong arguments
  2  could not start: unknown id, access denied, nothing playable, no window
  3  ended before a first picture was on screen
  4  a report, recording or picture could not be written
  5  internal error)";

/// What CLI11 fills; turned into Options once it is complete.
struct RawArguments {
  std::string url;
  std::string primary;
  std::vector<std::string> fallbacks;
  std::vector<std::string> policy;
  std::string vo;
  std::string ao;
  std::string log_format = "text";
  double duration_s = 0;
  bool stay_on_stop = false;
  bool end_on_stop = false;
  std::uint64_t seed = 0;
};

bool is_http_url(const std::string& url) { return url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0; }

bool is_playlist_url(const std::string& url) {
  const std::string path = url.substr(0, url.find_first_of("?#"));
  return path.size() > 5 && path.compare(path.size() - 5, 5, ".m3u8") == 0;
}

/// "sample" out of "--name sample=FILE"; empty where the prefix differs or no file is named.
std::string file_of(const std::string& text, const std::string& kind) {
  return text.rfind(kind + "=", 0) == 0 ? text.substr(kind.size() + 1) : std::string();
}

template <class Enum>
bool choose(Enum& target, const std::string& value, std::initializer_list<std::pair<const char*, Enum>> choices) {
  std::string name = value;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const auto& choice : choices) {
    if (name == choice.first) {
      target = choice.second;
      return true;
    }
  }
  return false;
}

/// One KEY=VALUE of --policy; the error says what is wrong with it.
std::string set_policy_field(Policy& policy, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos) return fmt::format("--policy {}: expected KEY=VALUE", assignment);
  const std::string key = assignment.substr(0, equals);
  const std::string value = assignment.substr(equals + 1);
  for (const PolicyNumber& field : kPolicyNumbers) {
    if (key != field.name && key != field.wire) continue;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !in_range(field, number)) {
      return fmt::format("--policy {}: {} takes {} to {}", assignment, field.name, field.min, field.max);
    }
    policy.*field.member = number;
    return {};
  }
  const std::string bad_value = fmt::format("--policy {}: unknown value", assignment);
  bool flag = false;
  for (const PolicyFlag& field : kPolicyFlags) {
    if (key != field.wire) continue;
    if (!choose(flag, value, {{"true", true}, {"false", false}})) return bad_value;
    policy.*field.member = flag;
    return {};
  }
  if (key == "recovery") {
    const bool known = choose(
        policy.recovery, value,
        {{"current_preferred", Recovery::current_preferred}, {"primary_preferred", Recovery::primary_preferred}});
    return known ? std::string() : bad_value;
  }
  if (key == "standby") {
    const bool known =
        choose(policy.standby, value, {{"cold", Standby::cold}, {"warm", Standby::warm}, {"hot", Standby::hot}});
    return known ? std::string() : bad_value;
  }
  if (key == "mode") {
    const bool known = choose(policy.mode, value, {{"prioritized", GroupMode::prioritized}, {"flat", GroupMode::flat}});
    return known ? std::string() : bad_value;
  }
  return fmt::format("--policy {}: no such field", assignment);
}

std::string set_sources(SessionConfig& session, const RawArguments& raw) {
  if (!raw.url.empty() && !raw.primary.empty()) return "give either URL or --primary, not both";
  if (raw.url.empty() && raw.primary.empty()) return "give the URL of a channel, or --primary URL";
  const bool plain = !raw.primary.empty() || is_playlist_url(raw.url);
  if (!raw.fallbacks.empty() && !plain)
    return "--fallback needs --primary: a channel's fallbacks come from its service";
  std::vector<std::string> urls = {raw.primary.empty() ? raw.url : raw.primary};
  urls.insert(urls.end(), raw.fallbacks.begin(), raw.fallbacks.end());
  for (const std::string& url : urls) {
    if ((!plain || is_playlist_url(url)) && !is_http_url(url)) return fmt::format("not an http or https URL: {}", url);
    if (url.find("://") == std::string::npos) return fmt::format("not a URL: {}", url);
  }
  if (!plain) {
    session.status_url = raw.url;
    return {};
  }
  for (std::size_t i = 0; i < urls.size(); ++i) {
    std::string name = i == 0 ? "primary" : (urls.size() == 2 ? "fallback" : fmt::format("fallback-{}", i));
    session.plain_sources.push_back({std::move(name), urls[i]});
  }
  return {};
}

/// Empty, or what is wrong.
std::string complete(Options& options, const RawArguments& raw) {
  if (std::string problem = set_sources(options.session, raw); !problem.empty()) return problem;
  if (!raw.policy.empty()) {
    Policy policy;
    for (const std::string& assignment : raw.policy) {
      if (std::string problem = set_policy_field(policy, assignment); !problem.empty()) return problem;
    }
    options.session.policy_override = policy;
  }
  if (!raw.vo.empty()) {
    options.y4m_file = file_of(raw.vo, "y4m");
    if (options.y4m_file.empty()) return fmt::format("--vo {}: expected y4m=FILE or y4m=-", raw.vo);
  }
  if (!raw.ao.empty()) {
    options.wav_file = file_of(raw.ao, "wav");
    options.null_audio = raw.ao == "null";
    if (options.wav_file.empty() && !options.null_audio)
      return fmt::format("--ao {}: expected wav=FILE or null", raw.ao);
  }
  if (std::isnan(raw.duration_s)) return "--duration: not a number";  // in no range and out of none
  if (raw.duration_s > 0) options.duration = Duration(static_cast<std::int64_t>(raw.duration_s * 1e9));
  options.log_format = raw.log_format == "json" ? LogFormat::json : LogFormat::text;
  options.end_on_stop = raw.end_on_stop || (options.headless && !raw.stay_on_stop);
  options.session.seed = raw.seed != 0 ? raw.seed : std::random_device()();
  if (const auto valid = validate(options.session); !valid) return valid.error().detail;
  return {};
}

void declare(CLI::App& app, Options& options, RawArguments& raw) {
  app.add_option("URL", raw.url, "Status URL of a channel or an alias");
  app.add_option("--primary", raw.primary, "Play this URL (HLS, or whatever FFmpeg opens), without a service")->type_name("URL");
  app.add_option("--fallback", raw.fallbacks, "Its fallback; repeat for more, the preferred one first")
      ->allow_extra_args(false)

      ->type_name("URL");
  app.add_option("--policy", raw.policy, "Failover policy field; replaces the service's policy; repeatable")
      ->allow_extra_args(false)

      ->type_name("KEY=VALUE");
  app.add_option("--seed", raw.seed, "Seed of all randomness; 0: a random one")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);  // strtoull takes "-3" for a large number
  app.add_option("--duration", raw.duration_s, "End after this many seconds")
      ->type_name("S")
      ->check(CLI::Range(0.001, 1e8));
  app.add_flag("--end-on-stop", raw.end_on_stop, "Quit when the channel is stopped (default when headless)");
  app.add_flag("--stay-on-stop", raw.stay_on_stop, "Stay when the channel is stopped; a restart plays again");
  app.add_flag("--headless", options.headless, "No window and no sound device; sinks run in real time");
  app.add_flag("--fullscreen", options.fullscreen, "Start in full screen");
  app.add_flag("--stats", options.overlay, "Start with the statistics shown");
  app.add_option("--volume", options.volume, "0 to 100")->check(CLI::Range(0, 100))->type_name("PERCENT");
  app.add_flag("--muted", options.muted, "Start muted");
  app.add_option("--log-format", raw.log_format, "Events on stderr, one a line")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--report", options.report_file, "Write all events and a summary as JSON")->type_name("FILE");
  app.add_option("--frames", options.frames_file, "Write one CSV row per presented frame")->type_name("FILE");
  app.add_option("--vo", raw.vo, "Also record what is on screen, in real time; - is stdout")->type_name("y4m=FILE|-");
  app.add_option("--ao", raw.ao, "Record what is heard, in real time, instead of playing it")
      ->type_name("wav=FILE|null");
  app.add_option("--filmstrip", options.filmstrip_file, "Write one thumbnail a second as PNG")->type_name("FILE");
  app.add_option("--snapshot", options.snapshot_file, "Write what is on screen at the end as PNG")->type_name("FILE");
  app.add_option("--trace", options.trace_file, "Write the engine's inputs and outputs, for replay")->type_name("FILE");
  app.set_version_flag("--version", kVersion);
  app.footer(kFooter);
}

}  // namespace

std::variant<Options, EarlyExit> parse_options(std::vector<std::string> arguments) {
  Options options;
  RawArguments raw;
  CLI::App app("Plays a live channel and changes to its fallback unnoticed when it fails.", "understudy-player");
  declare(app, options, raw);
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return EarlyExit{kExitOk, app.help()};
  } catch (const CLI::CallForVersion&) {
    return EarlyExit{kExitOk, std::string(kVersion) + "\n"};
  } catch (const CLI::ParseError& error) {
    return EarlyExit{kExitUsage, fmt::format("understudy-player: {}\nTry --help.\n", error.what())};
  }
  if (const std::string problem = complete(options, raw); !problem.empty()) {
    return EarlyExit{kExitUsage, fmt::format("understudy-player: {}\nTry --help.\n", problem)};
  }
  return options;
}

}  // namespace understudy::desktop
