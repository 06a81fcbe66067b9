#include "simulation/crowd/options.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <thread>

#include "simulation/crowd/act.h"

namespace understudy::crowd {

namespace {

constexpr std::int64_t kMostViewers = 100'000'000;
constexpr std::int64_t kLeastPlainControllers = 1000;

Unexpected wrong(std::string what) { return fail(ErrorCode::invalid_config, std::move(what)); }

Result<std::int64_t> number(std::string_view name, std::string_view text, std::int64_t min, std::int64_t max) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    return wrong(std::string(name) + ": \"" + std::string(text) + "\" is not a number from " + std::to_string(min) + " to " +
                 std::to_string(max));
  return value;
}

Result<std::vector<std::string>> act_names(std::string_view text) {
  std::vector<std::string> names;
  std::stringstream parts{std::string(text)};
  for (std::string name; std::getline(parts, name, ',');) {
    const auto known = known_acts();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string all;
      for (const std::string& k : known) all += " " + k;
      return wrong("--acts: no act \"" + name + "\"; there are" + all);
    }
    names.push_back(name);
  }
  return names;
}

Result<void> take(Options& o, const std::string& name, const std::string& value) {
  const auto set = [&](auto& field, std::int64_t min, std::int64_t max) -> Result<void> {
    const auto n = number(name, value, min, max);
    if (!n) return Unexpected(n.error());
    field = static_cast<std::remove_reference_t<decltype(field)>>(*n);
    return {};
  };
  if (name == "--viewers") return set(o.viewers, 1, kMostViewers);
  if (name == "--controllers") return set(o.controllers, 1, kMostViewers);
  if (name == "--plain-controllers") return set(o.plain_controllers, 1, kMostViewers);
  if (name == "--seed") return set(o.seed, 0, std::int64_t{1} << 62);
  if (name == "--jobs") return set(o.jobs, 1, 256);
  if (name == "--segment-ms") return set(o.segment_ms, 1000, 10'000);
  if (name == "--out") {
    o.out = value;
    return {};
  }
  if (name == "--standby") {
    if (value != "cold" && value != "warm" && value != "hot") return wrong("--standby: cold, warm or hot, not \"" + value + "\"");
    o.standby = value;
    return {};
  }
  if (name == "--acts") {
    auto names = act_names(value);
    if (!names) return Unexpected(names.error());
    o.acts = std::move(*names);
    return {};
  }
  if (name == "--spread") {
    if (value != "on" && value != "off" && value != "both") return wrong("--spread: on, off or both, not \"" + value + "\"");
    o.with_spread = value != "off";
    o.without_spread = value != "on";
    return {};
  }
  return wrong("unknown option \"" + name + "\"");
}

}  // namespace

std::string usage() {
  std::string all;
  for (const std::string& name : known_acts()) all += " " + name;
  return "understudy-sim crowd [options]: a crowd of viewers of one channel, and what its failures do to the servers\n"
         "  --viewers N            1000000; how many viewers are spoken of\n"
         "  --controllers N        10000; how many engines are run, each standing for viewers/controllers of them\n"
         "                         (FULL=1 in the environment: one engine per viewer)\n"
         "  --plain-controllers N  a quarter of those; engines in the runs without the spreading rules\n"
         "  --spread on|off|both   both; with the spreading rules of FAILOVER.md 10, without them, or one after the other\n"
         "  --acts a,b             all of:" + all + "\n"
         "  --segment-ms N         2000; length of a media segment\n"
         "  --standby LEVEL        cold; or warm, hot: how ready the fallback waits\n"
         "  --seed N               1\n"
         "  --jobs N               the number of cores\n"
         "  --out DIR              build/crowd; crowd.json and crowd.svg are written there\n";
}

Result<Options> parse_options(int argc, char** argv) {
  Options o;
  const char* full = std::getenv("FULL");
  bool all = full != nullptr && std::string_view(full) == "1";
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "-h") {
      o.help = true;
      return o;
    }
    if (i + 1 == argc) return wrong(name.rfind("--", 0) == 0 ? name + ": needs a value" : "unknown option \"" + name + "\"");
    if (Result<void> taken = take(o, name, argv[++i]); !taken) return Unexpected(taken.error());
    if (name == "--controllers") all = false;
  }
  if (all) o.controllers = o.viewers;
  o.controllers = std::min(o.controllers, o.viewers);
  if (o.plain_controllers == 0) o.plain_controllers = std::max(o.controllers / 4, kLeastPlainControllers);
  o.plain_controllers = std::min(o.plain_controllers, o.controllers);
  if (o.jobs == 0) o.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return o;
}

}  // namespace understudy::crowd
