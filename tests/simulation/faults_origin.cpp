// What goes wrong between a viewer and one origin or its CDN.
#include "faults.h"

namespace understudy::simulation {

namespace {

using world::Purpose;
const std::set<Purpose> kPlaylists = {Purpose::multivariant_playlist, Purpose::media_playlist};
const std::set<Purpose> kSegments = {Purpose::segment, Purpose::init_section};
constexpr Range kPercent{1, 100};
constexpr Range kStatus{201, 599};
constexpr Range kEvery{0, 1000};
constexpr Range kShort{200, 120'000};

Ending both(Ending one, Ending two) {
  return [one = std::move(one), two = std::move(two)] { one(), two(); };
}

Trouble trouble_of(const Effect& effect) {
  switch (effect.kind) {
    case Effect::Kind::refuse:
    case Effect::Kind::unresolved:
    case Effect::Kind::status: return Trouble::refused;
    case Effect::Kind::unreachable:
    case Effect::Kind::silence:
    case Effect::Kind::slow_first_byte: return Trouble::silent;
    case Effect::Kind::slow_body: return Trouble::trickle;
    case Effect::Kind::reset_body:
    case Effect::Kind::truncate_body: return Trouble::bad_media;
  }
  return Trouble::refused;
}

Ending harmful(Stage& s, const Fault& f, Effect effect) {
  const Trouble trouble = trouble_of(effect);
  return both(s.put(Stage::host_of(f.on), std::move(effect)), s.harm(f.on, trouble));
}

Effect of(Effect::Kind kind) {
  Effect effect;
  effect.kind = kind;
  return effect;
}

void draw_status(Dice& d, Fault& f) {
  f.x = d.one_of<std::int64_t>({301, 400, 401, 403, 404, 404, 404, 408, 410, 416, 429, 451, 500, 500, 502, 503, 503, 504, 520});
  if (d.chance(25)) f.y = d.between(1, 60);
}
void draw_some(Dice& d, Fault& f) {
  draw_status(d, f);
  f.y = d.between(2, 12);
}
void draw_delay(Dice& d, Fault& f) { f.x = d.magnitude(100, 20'000); }
void draw_delay_some(Dice& d, Fault& f) {
  f.x = d.magnitude(50, 8000);
  f.y = d.between(2, 8);
}
void draw_rate(Dice& d, Fault& f) { f.x = d.magnitude(1000, 400'000); }
void draw_break(Dice& d, Fault& f) {
  f.x = d.between(1, 99);
  f.y = d.chance(50) ? 1 : d.between(2, 9);
}

/// x: status, y: Retry-After in seconds.
Ending answer(Stage& s, const Fault& f, std::set<Purpose> on) {
  Effect e = of(Effect::Kind::status);
  e.on = std::move(on);
  e.status = static_cast<int>(f.x);
  if (f.y > 0) e.retry_after = std::chrono::seconds(f.y);
  const bool denies = f.x == 401 || f.x == 403 || f.x == 451;
  Ending end = harmful(s, f, std::move(e));
  // Who denied access stays unusable until its penalty is over; who asked to wait is not asked before.
  Duration after = std::chrono::seconds(std::min<std::int64_t>(f.y, 30));
  if (denies) after = std::max(after, from_ms(s.world().service().document().policy.penalty_ms));
  return [&s, on_whom = f.on, end = std::move(end), after] {
    end();
    s.harm_until(on_whom, s.world().now() + after, Trouble::refused);
  };
}

Ending slow(Stage& s, const Fault& f) {
  Effect e = of(Effect::Kind::slow_first_byte);
  e.delay = from_ms(f.x);
  e.every = static_cast<int>(std::max<std::int64_t>(1, f.y));
  return harmful(s, f, std::move(e));
}

Ending broken(Stage& s, const Fault& f, Effect::Kind kind) {
  Effect e = of(kind);
  e.on = {Purpose::segment};
  e.percent = static_cast<int>(f.x);
  e.every = static_cast<int>(std::max<std::int64_t>(1, f.y));
  return harmful(s, f, std::move(e));
}

template <Effect::Kind K>
Ending plain(Stage& s, const Fault& f) {
  return harmful(s, f, of(K));
}

const Kind kKinds[] = {
    {"refuse", Family::origin, true, true, {}, {}, kShort, nullptr, plain<Effect::Kind::refuse>},
    {"unresolved", Family::origin, true, true, {}, {}, kShort, nullptr, plain<Effect::Kind::unresolved>},
    {"unreachable", Family::origin, true, true, {}, {}, kShort, nullptr, plain<Effect::Kind::unreachable>},
    {"silence", Family::origin, true, true, {}, {}, kShort, nullptr, plain<Effect::Kind::silence>},
    {"answer", Family::origin, true, true, kStatus, {0, 3600}, kShort, draw_status,
     [](Stage& s, const Fault& f) { return answer(s, f, {}); }},
    {"answer_segments", Family::origin, true, true, kStatus, {0, 3600}, kShort, draw_status,
     [](Stage& s, const Fault& f) { return answer(s, f, kSegments); }},
    {"answer_playlists", Family::origin, true, true, kStatus, {0, 3600}, kShort, draw_status,
     [](Stage& s, const Fault& f) { return answer(s, f, kPlaylists); }},
    {"answer_some", Family::origin, true, true, kStatus, kEvery, kShort, draw_some,
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::status);
       e.status = static_cast<int>(f.x);
       e.every = static_cast<int>(std::max<std::int64_t>(1, f.y));
       Ending end = harmful(s, f, std::move(e));
       const Duration after = from_ms(s.world().service().document().policy.penalty_ms);
       return Ending([&s, on = f.on, end = std::move(end), after] {
         end();
         s.harm_until(on, s.world().now() + after, Trouble::refused);
       });
     }},
    {"slow", Family::origin, true, true, {1, 60'000}, {}, kShort, draw_delay, slow},
    {"slow_some", Family::origin, true, true, {1, 60'000}, kEvery, kShort, draw_delay_some, slow},
    {"trickle", Family::origin, true, true, {100, 10'000'000}, {}, kShort, draw_rate,
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::slow_body);
       e.on = {Purpose::segment};
       e.rate = f.x;
       return harmful(s, f, std::move(e));
     }},
    {"reset", Family::origin, true, true, kPercent, kEvery, kShort, draw_break,
     [](Stage& s, const Fault& f) { return broken(s, f, Effect::Kind::reset_body); }},
    {"truncate", Family::origin, true, true, kPercent, kEvery, kShort, draw_break,
     [](Stage& s, const Fault& f) { return broken(s, f, Effect::Kind::truncate_body); }},
    {"cached", Family::origin, true, true, {100, 600'000}, {}, kShort, [](Dice& d, Fault& f) { f.x = d.magnitude(500, 30'000); },
     [](Stage& s, const Fault& f) {
       s.playlist_age[f.on] = from_ms(f.x);
       return both([&s, on = f.on] { s.playlist_age.erase(on); }, s.harm(f.on, Trouble::stale));
     }},
};

}  // namespace

std::span<const Kind> origin_kinds() { return kKinds; }

}  // namespace understudy::simulation
