#include "alphabet.h"

#include "insight.h"

namespace understudy::model {

namespace {

using failover::Assessment;
using failover::Controller;
using failover::MemberView;
using failover::State;
using failover::View;
using health::Verdict;
using namespace std::chrono_literals;

constexpr std::array<std::string_view, 28> kLookNames = {
    "able", "not playing", "gone", "healthy", "stale",
    "silent", "delivers", "refused", "access denied",
    "well", "doubted", "late", "late, thin buffer", "slow", "lost, thin buffer", "lost, dry", "broken", "broken, dry", "barred", "removed",
    "ready", "ready early", "ready, not aligned", "not decoded yet", "no further than the active", "ready but slow", "ready but gone", "ready but late"};

constexpr std::array<std::string_view, 10> kWeatherNames = {"",         "status unknown", "primary not playing", "stopping",     "stop",
                                                           "alias off", "stop by timeout", "network down",       "no budget", "paused"};

Assessment evidence(Verdict verdict, Reason reason, bool hard, Instant now) {
  return {verdict, reason, std::nullopt, hard, now, now};
}

struct Fill {
  MemberView& m;
  Instant now;

  void active(Verdict verdict, Reason reason, bool hard, Duration buffer, bool slow = false) {
    m.loading = m.delivering = true;
    m.buffer = buffer;
    m.slow = slow;
    if (verdict != Verdict::ok) m.assessment = evidence(verdict, reason, hard, now);
  }
  void candidate(Duration splice_in, Duration buffer = 20s) {
    m.loading = m.delivering = m.splice_ready = m.whole_segment = true;
    m.splice_in = splice_in;
    m.buffer = buffer;
  }
  void look(Look look) {
    switch (look) {
      case Look::able: return;
      case Look::not_playing: m.says_playing = false; return;
      case Look::gone: m.eligible = m.says_playing = false; return;
      case Look::healthy: m.healthy_since = now - 1h; return;
      case Look::stale: m.loading = m.stale = true; return;
      case Look::silent: m.loading = true; return;
      case Look::delivers: m.loading = m.delivering = m.whole_segment = true; m.buffer = 5s; return;
      case Look::refused: m.loading = true; m.assessment = evidence(Verdict::failed, Reason::connect_failed, true, now); return;
      case Look::denied: m.loading = true; m.assessment = evidence(Verdict::failed, Reason::access_denied, true, now); return;
      case Look::well: return active(Verdict::ok, Reason::none, false, 5s);
      case Look::doubted: m.says_playing = false; return active(Verdict::suspect, Reason::status_not_playing, false, 5s);
      case Look::late: return active(Verdict::suspect, Reason::input_loss, false, 5s);
      case Look::late_thin: return active(Verdict::suspect, Reason::input_loss, false, 1s);
      case Look::slow: return active(Verdict::suspect, Reason::trickle, false, 1s, true);
      case Look::lost_thin: return active(Verdict::failed, Reason::input_loss, false, 100ms);
      case Look::lost_dry: return active(Verdict::failed, Reason::input_loss, false, 0s);
      case Look::broken: return active(Verdict::failed, Reason::connect_failed, true, 5s);
      case Look::broken_dry: return active(Verdict::failed, Reason::connect_failed, true, 0s);
      case Look::barred: return active(Verdict::failed, Reason::access_denied, true, 0s);
      case Look::removed: m.eligible = false; return active(Verdict::ok, Reason::none, false, 5s);
      case Look::ready: return candidate(50ms);
      case Look::ready_early: return candidate(4s);
      case Look::unaligned: candidate(50ms); m.aligned = false; return;
      case Look::undecoded: candidate(50ms); m.splice_ready = false; return;
      case Look::behind: return candidate(0s, 0s);
      case Look::ready_slow: candidate(50ms); m.slow = true; m.whole_segment = false; return;
      case Look::ready_gone: candidate(50ms); m.eligible = false; return;
      case Look::ready_late: candidate(50ms); m.assessment = evidence(Verdict::suspect, Reason::playlist_stale, false, now); return;
    }
  }
};

bool runs_dry(Look look) { return look == Look::lost_dry || look == Look::broken_dry || look == Look::barred; }

enum class Role { idle, hot, starting, shown, candidate, probed };

Role role_of(const Controller& c, const Insight& in, std::size_t id) {
  const SourceId source{static_cast<std::uint32_t>(id)};
  if (c.active() == source && c.state() == State::starting) return Role::starting;
  if (c.active() == source) return Role::shown;
  if (c.candidate() == source) return Role::candidate;
  if (in.probing[id]) return Role::probed;
  return in.standby[id] == Standby::hot ? Role::hot : Role::idle;
}

std::vector<Look> looks_of(Role role, State state) {
  switch (role) {
    case Role::idle:
      if (state == State::on_air) return {Look::able, Look::not_playing, Look::gone, Look::healthy};
      if (state == State::switching || state == State::stopped || state == State::exhausted) return {Look::able, Look::gone};
      return {Look::able, Look::not_playing, Look::gone};
    case Role::hot: return {Look::able, Look::not_playing, Look::gone, Look::stale, Look::refused};
    case Role::starting: return {Look::silent, Look::delivers, Look::refused, Look::denied};
    case Role::probed: return {Look::silent, Look::delivers, Look::refused, Look::denied, Look::gone};
    case Role::shown:
      if (state == State::switching) return {Look::well, Look::broken, Look::lost_dry, Look::broken_dry};
      return {Look::well, Look::doubted,  Look::late,   Look::late_thin,  Look::slow,   Look::lost_thin,
              Look::lost_dry, Look::broken, Look::broken_dry, Look::barred, Look::removed};
    case Role::candidate:
      if (state == State::starting) return {Look::silent, Look::delivers, Look::refused, Look::denied, Look::ready_gone};
      return {Look::silent, Look::ready,  Look::ready_early, Look::unaligned, Look::undecoded, Look::behind,
              Look::ready_slow, Look::ready_gone, Look::ready_late, Look::refused, Look::denied};
  }
  return {};
}

std::vector<Weather> weathers_of(State state, bool with_candidate) {
  switch (state) {
    case State::joining: return {Weather::fair, Weather::unknown, Weather::primary_off, Weather::stop, Weather::alias_off};
    case State::pre_live: return {Weather::fair, Weather::primary_off, Weather::stop, Weather::alias_off};
    case State::starting: return {Weather::fair, Weather::primary_off, Weather::stopping, Weather::paused};
    case State::on_air:
    case State::offline:
      if (with_candidate) return {Weather::fair, Weather::stopping, Weather::network_down};
      return {Weather::fair, Weather::stopping, Weather::network_down, Weather::unaffordable};
    case State::switching: return {Weather::fair, Weather::stopping, Weather::network_down};
    case State::exhausted: return {Weather::fair};
    case State::stopped: return {Weather::fair, Weather::primary_off, Weather::stop};
  }
  return {};
}

/// Each combination of the members' looks, in each weather.
void add_all(std::vector<Event>& events, const std::vector<std::vector<Look>>& looks, const std::vector<Weather>& weathers) {
  std::vector<std::size_t> at(looks.size(), 0);
  for (;;) {
    Event e;
    for (std::size_t i = 0; i < looks.size(); ++i) e.looks[i] = looks[i][at[i]];
    for (const Weather w : weathers) {
      e.weather = w;
      events.push_back(e);
    }
    std::size_t i = 0;
    while (i < looks.size() && ++at[i] == looks[i].size()) at[i++] = 0;
    if (i == looks.size()) return;
  }
}

}  // namespace

std::string_view to_string(Look look) { return kLookNames[static_cast<std::size_t>(look)]; }
std::string_view to_string(Weather weather) { return kWeatherNames[static_cast<std::size_t>(weather)]; }

std::string to_string(const Event& e, std::size_t members) {
  switch (e.kind) {
    case Event::Kind::first_frame: return "first frame of what starts";
    case Event::Kind::switched: return "first frame of what was switched to";
    case Event::Kind::switch_to: return "command: switch to " + std::string(1, static_cast<char>('A' + e.member));
    case Event::Kind::next: return "command: next";
    case Event::Kind::rejoin: return "the clock jumped";
    case Event::Kind::see: break;
  }
  std::string text = e.later == 0 ? "at once" : std::to_string(to_ms(kSteps[e.later]) / 1000) + " s later";
  for (std::size_t i = 0; i < members; ++i)
    text += std::string(", ") + static_cast<char>('A' + i) + " " + std::string(to_string(e.looks[i]));
  if (e.weather != Weather::fair) text += ", " + std::string(to_string(e.weather));
  if (e.luck != 0) text += " (draws " + std::to_string(e.luck) + ")";
  return text;
}

View view_of(const Controller& c, const Event& e, std::size_t members, Instant now) {
  View v;
  v.now = now;
  v.has_status = v.primary_playing = true;
  switch (e.weather) {
    case Weather::fair: break;
    case Weather::unknown: v.has_status = v.primary_playing = false; break;
    case Weather::primary_off: v.primary_playing = false; break;
    case Weather::stopping: v.stopping = true; v.primary_playing = false; break;
    case Weather::stop: v.stop = Reason::primary_stopped; v.primary_playing = false; break;
    case Weather::alias_off: v.stop = Reason::alias_deactivated; v.primary_playing = false; break;
    case Weather::stop_timeout: v.stop = Reason::primary_stopped; v.stop_by_timeout = true; v.primary_playing = false; break;
    case Weather::network_down: v.network_down = true; v.status_reachable = false; break;
    case Weather::unaffordable: v.hedge_affordable = false; break;
    case Weather::paused: v.paused = true; break;
  }
  v.members.reserve(members);
  for (std::size_t i = 0; i < members; ++i) {
    MemberView& m = v.members.emplace_back();
    m.id = SourceId{static_cast<std::uint32_t>(i)};
    m.eligible = m.says_playing = true;
    m.priority = static_cast<int>(i);
    Fill{m, now}.look(e.looks[i]);
  }
  v.members[0].says_playing = v.members[0].says_playing && v.primary_playing;
  v.stalled = c.active() && runs_dry(e.looks[c.active()->value]);
  return v;
}

std::vector<Event> events_of(const Controller& c, std::size_t members) {
  const Insight in = look_into(c, members);
  const State state = c.state();
  std::vector<std::vector<Look>> looks;
  for (std::size_t i = 0; i < members; ++i) looks.push_back(looks_of(role_of(c, in, i), state));
  std::vector<Event> events;
  add_all(events, looks, weathers_of(state, c.candidate().has_value()));

  // What is looked at before the members are: one way for them to look is enough.
  Event plain;
  for (std::size_t i = 0; i < members; ++i) plain.looks[i] = looks[i].front();
  if (state != State::joining && state != State::pre_live && state != State::stopped)
    for (const Weather w : {Weather::stop, Weather::stop_timeout, Weather::alias_off}) {
      plain.weather = w;
      events.push_back(plain);
    }
  if (state == State::on_air || state == State::offline || state == State::switching)
    for (const Look look : {Look::well, Look::broken, Look::broken_dry}) {
      Event paused = plain;
      paused.weather = Weather::paused;
      paused.looks[c.active()->value] = look;
      events.push_back(paused);
    }

  const auto fact = [&](Event::Kind kind, std::uint8_t member = 0) {
    Event e;
    e.kind = kind;
    e.member = member;
    events.push_back(e);
  };
  if (state == State::starting) fact(Event::Kind::first_frame);
  if (state == State::switching) fact(Event::Kind::switched);
  if (in.manual) return events;
  for (std::size_t i = 0; i < members; ++i) fact(Event::Kind::switch_to, static_cast<std::uint8_t>(i));
  fact(Event::Kind::next);
  if (c.active()) fact(Event::Kind::rejoin);
  return events;
}

}  // namespace understudy::model
