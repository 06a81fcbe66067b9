// The viewer's network, and the status service with what stands before it.
#include "faults.h"

namespace understudy::simulation {

namespace {

const std::string kService = world::StatusService::kHost;

Effect of(Effect::Kind kind) {
  Effect effect;
  effect.kind = kind;
  return effect;
}

Ending service(Stage& s, Effect effect) {
  ++s.service_troubles;
  return [&s, end = s.put(kService, std::move(effect))] {
    end();
    --s.service_troubles;
  };
}

const Kind kKinds[] = {
    {"network_down", Family::network, false, true, {}, {}, {100, 90'000}, nullptr,
     [](Stage& s, const Fault&) {
       if (s.clients_down++ == 0) s.world().network().set_down(true);
       return Ending([&s, end = s.harm_all()] {
         end();
         if (--s.clients_down > 0) return;
         s.world().network().set_down(false);
         s.network_up_since = s.world().now();
       });
     }},
    {"connections_reset", Family::network, false, true, {}, {}, {}, nullptr,
     [](Stage& s, const Fault&) {
       s.world().network().reset_connections();
       return Ending();
     }},
    {"bandwidth", Family::network, false, true, {1000, 100'000'000}, {}, {500, 90'000},
     [](Dice& d, Fault& f) { f.x = d.magnitude(5000, 2'000'000); },
     [](Stage& s, const Fault& f) {
       s.world().network().set_rate(f.x);
       return Ending([&s, end = s.harm_all()] {
         s.world().network().set_rate(s.ordinary_rate);
         end();
       });
     }},
    {"latency", Family::network, false, true, {1, 10'000}, {}, {500, 90'000},
     [](Dice& d, Fault& f) { f.x = d.magnitude(30, 3000); },
     [](Stage& s, const Fault& f) {
       s.world().network().set_latency(from_ms(f.x));
       return Ending([&s, end = s.harm_all()] {
         s.world().network().set_latency(s.ordinary_latency);
         end();
       });
     }},
    {"status_refuse", Family::service, false, false, {}, {}, {200, 180'000}, nullptr,
     [](Stage& s, const Fault&) { return service(s, of(Effect::Kind::refuse)); }},
    {"status_silence", Family::service, false, false, {}, {}, {200, 180'000}, nullptr,
     [](Stage& s, const Fault&) { return service(s, of(Effect::Kind::silence)); }},
    {"status_slow", Family::service, false, false, {1, 60'000}, {}, {200, 180'000},
     [](Dice& d, Fault& f) { f.x = d.magnitude(100, 20'000); },
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::slow_first_byte);
       e.delay = from_ms(f.x);
       return service(s, std::move(e));
     }},
    {"status_trickle", Family::service, false, false, {1, 1'000'000}, {}, {200, 180'000},
     [](Dice& d, Fault& f) { f.x = d.magnitude(50, 5000); },
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::slow_body);
       e.rate = f.x;
       return service(s, std::move(e));
     }},
    {"status_reset", Family::service, false, false, {1, 100}, {}, {200, 180'000},
     [](Dice& d, Fault& f) { f.x = d.between(1, 99); },
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::reset_body);
       e.percent = static_cast<int>(f.x);
       return service(s, std::move(e));
     }},
    // x: status, y: Retry-After in seconds.
    {"status_answer", Family::service, false, false, {201, 599}, {0, 3600}, {200, 180'000},
     [](Dice& d, Fault& f) {
       f.x = d.one_of<std::int64_t>({204, 301, 400, 401, 403, 404, 404, 410, 429, 429, 500, 500, 502, 503, 503, 504});
       if (d.chance(40)) f.y = d.magnitude(1, 3600);
     },
     [](Stage& s, const Fault& f) {
       Effect e = of(Effect::Kind::status);
       e.status = static_cast<int>(f.x);
       if (f.y > 0) e.retry_after = std::chrono::seconds(f.y);
       return service(s, std::move(e));
     }},
    {"status_garbage", Family::service, false, false, {1, 5}, {}, {200, 180'000},
     [](Dice& d, Fault& f) { f.x = d.between(1, 5); },
     [](Stage& s, const Fault& f) {
       s.garbage = static_cast<int>(f.x);
       ++s.service_troubles;
       return Ending([&s] {
         s.garbage = 0;
         --s.service_troubles;
       });
     }},
    // A cache hands out the document as it was when the fault began.
    {"status_cached", Family::service, false, false, {}, {}, {200, 120'000}, nullptr,
     [](Stage& s, const Fault&) {
       if (s.pins++ == 0) {
         s.world().service().pin(s.world().service().document());
         s.pinned_at = s.world().now();
       }
       return Ending([&s] {
         if (--s.pins == 0) s.world().service().unpin();
       });
     }},
};

}  // namespace

std::span<const Kind> surroundings_kinds() { return kKinds; }

}  // namespace understudy::simulation
