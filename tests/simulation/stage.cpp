#include "stage.h"

#include <algorithm>

#include "settings.h"

namespace understudy::simulation {

namespace {

void set_up(world::PublisherSettings& to, const Values& values) {
  const auto value = [&](const char* name) { return value_of(values, kSourceSettings, name); };
  const auto whole_frames = [](std::int64_t ms) { return world::kFrame * (ms / to_ms(world::kFrame)); };
  to.segment = whole_frames(value("segment"));
  to.phase = whole_frames(value("phase"));
  to.dated = value("dated") != 0;
  to.multivariant = value("multivariant") != 0;
  to.fmp4 = value("fmp4") != 0;
  to.window = static_cast<int>(value("window"));
  to.first_msn = value("first_msn");
  to.publish_delay = from_ms(value("delay"));
  to.jitter = from_ms(value("jitter"));
  to.date_skew = from_ms(value("skew"));
  to.drift_ppm = static_cast<int>(value("drift"));
  to.gop = static_cast<int>(value("gop"));
  to.bitrate = value("bitrate");
}

bool is_playlist(const std::string& path) { return path.size() > 5 && path.compare(path.size() - 5, 5, ".m3u8") == 0; }

std::string nonsense(int kind, const std::string& document) {
  switch (kind) {
    case 1: return "";
    case 2: return "<html><body>502 Bad Gateway</body></html>";
    case 3: return document.substr(0, document.size() / 2);
    case 4: return "{}";
    default: return "{\"version\": 99, \"id\": \"a\"}";
  }
}

}  // namespace

Stage::Stage(world::World& world, const Script& script) : world_(world) {
  const auto run = [&](const char* name) { return run_value(script, name); };
  world_.config.seed = static_cast<std::uint64_t>(run("seed"));
  ordinary_rate = run("bandwidth");
  ordinary_latency = from_ms(run("latency"));
  world_.network().set_rate(ordinary_rate);
  world_.network().set_latency(ordinary_latency);
  if (run("late_answers") != 0) world_.keep_cancelled_answers();
  for (const auto& [name, values] : script.sources) {
    if (name != "a") world_.add_fallback(name);
    const auto value = [&](const char* setting) { return value_of(values, kSourceSettings, setting); };
    if (value("dated") == 0 || value("skew") != 0 || value("drift") != 0 || value("delay") > 500) aligned = false;
    set_up(world_.origin(name).settings(), values);
    harms_[name];
    answer_for(name);
  }
  edit([&](status::StatusDocument& d) {
    const auto listed = [&](const status::MemberState& m) { return script.sources.count(m.src) != 0; };
    d.members.erase(std::remove_if(d.members.begin(), d.members.end(), [&](const auto& m) { return !listed(m); }), d.members.end());
    d.policy = policy_of(script.policy);
    d.ttl_ms = run("ttl");
    d.status = static_cast<status::ChannelStatus>(run("status"));
  });
  answer_for_service();
  if (run("plain") == 0) return;
  for (const auto& [name, values] : script.sources) world_.config.plain_sources.push_back({name, publisher(name).url()});
  if (run("plain") == 2) {
    world_.config.status_url.clear();
    world_.config.policy_override = policy_of(script.policy);
  }
}

void Stage::answer_for(const std::string& source) {
  world::Host& host = world_.network().host(host_of(source));
  host.answer = [this, source](const loading::Fetch&, const std::string& path) {
    WallTime at = world_.wall();
    const auto age = playlist_age.find(source);
    if (age != playlist_age.end() && is_playlist(path)) at -= age->second;
    return world::Answer{publisher(source).get(path, at), publisher(source).etag(at)};
  };
}

void Stage::answer_for_service() {
  world::Host& host = world_.network().host(world::StatusService::kHost);
  host.answer = [this, ordinary = host.answer](const loading::Fetch& fetch, const std::string& path) {
    world::Answer answer = ordinary(fetch, path);
    if (garbage == 0) return answer;
    answer.etag.clear();
    answer.resource.status = 200;
    answer.resource.text = nonsense(garbage, status::to_json(world_.service().document()));
    return answer;
  };
}

Duration Stage::window_of(const std::string& name) { return segment_of(name) * publisher(name).settings().window; }

Ending Stage::put(const std::string& host, Effect effect) {
  auto shared = std::make_shared<Effect>(std::move(effect));
  world_.network().begin(shared, host);
  return [this, shared, host] { world_.network().end(shared, host); };
}

status::MemberState* Stage::member(status::StatusDocument& document, const std::string& src) {
  for (auto* members : {&document.members, &removed_})
    for (status::MemberState& m : *members)
      if (m.src == src) return &m;
  return nullptr;
}

Ending Stage::remove(const std::string& src) {
  const auto is = [&](const status::MemberState& m) { return m.src == src; };
  bool found = false;
  edit([&](status::StatusDocument& d) {
    const auto at = std::find_if(d.members.begin(), d.members.end(), is);
    found = at != d.members.end();
    if (!found) return;
    removed_.push_back(*at);
    d.members.erase(at);
  });
  if (!found) return {};
  return [this, is] {
    const auto back = std::find_if(removed_.begin(), removed_.end(), is);
    edit([&](status::StatusDocument& d) {
      const auto place = std::find_if(d.members.begin(), d.members.end(), [&](const auto& m) { return m.priority > back->priority; });
      d.members.insert(place, *back);
    });
    removed_.erase(back);
  };
}

// ---- what truly is so -----------------------------------------------------------------------------------------------------------

Ending Stage::harm(Harm& harm, Trouble trouble) {
  harm.now.insert(trouble);
  ++harm.count;
  return [this, &harm, trouble] {
    harm.now.erase(harm.now.find(trouble));
    harm.until = std::max(harm.until, world_.now());
  };
}

bool Stage::fine(const Harm& harm) const { return harm.now.empty() && harm.until <= world_.now(); }

Duration Stage::fine_for(const Harm& harm) const {
  if (!fine(harm)) return Duration::zero();
  // Everything was well before the world began.
  return harm.until == Instant::min() ? std::chrono::hours(1) : world_.now() - harm.until;
}

Ending Stage::harm(const std::string& source, Trouble trouble) { return harm(harms_[source], trouble); }
Ending Stage::harm_all() { return harm(viewer_harm_, Trouble::trickle); }

void Stage::harm_until(const std::string& source, Instant until, Trouble trouble) {
  Harm& harm = harms_[source];
  harm.until = std::max(harm.until, until);
  harm.lingering = std::max(harm.lingering, trouble);
  ++harm.count;
  // Whoever watches is told when it is over.
  if (until > world_.now()) world_.at_once([] {}).after(until - world_.now());
}

Trouble Stage::trouble(const std::string& source) const {
  const auto it = harms_.find(source);
  if (it == harms_.end()) return Trouble::refused;
  const Harm& harm = it->second;
  const Trouble lingering = harm.until > world_.now() ? harm.lingering : Trouble::none;
  return harm.now.empty() ? lingering : std::max(*harm.now.rbegin(), lingering);
}

int Stage::troubles(const std::string& source) const {
  const auto it = harms_.find(source);
  return viewer_harm_.count + (it == harms_.end() ? 0 : it->second.count);
}

bool Stage::viewer_fine() const { return fine(viewer_harm_); }

Duration Stage::delivers_for(const std::string& source) const {
  const auto it = harms_.find(source);
  return it == harms_.end() ? Duration::zero() : std::min(fine_for(it->second), fine_for(viewer_harm_));
}

bool Stage::delivers(const std::string& source) const {
  const auto it = harms_.find(source);
  return it != harms_.end() && fine(it->second) && viewer_fine();
}

void Stage::mend(const std::string& source) {
  world::Publisher& p = publisher(source);
  playlist_age.erase(source);
  p.thaw();
  p.go_back(0);
  p.list_nothing(false);
}

}  // namespace understudy::simulation
