// What operators do to channels and settings, and viewers to the player.
#include <algorithm>

#include "core/base/policy_fields.h"
#include "faults.h"

namespace understudy::simulation {

namespace {

using status::ChannelStatus;
using status::StatusDocument;
constexpr Range kStatus{0, static_cast<std::int64_t>(ChannelStatus::unknown)};
constexpr Range kLong{500, 180'000};

void set_status(Stage& s, const std::string& on, ChannelStatus to) {
  s.edit([&](StatusDocument& d) {
    if (on == "a") d.status = to;
    if (status::MemberState* m = s.member(d, on)) m->status = to;
  });
}

Ending change_member(Stage& s, const Fault& f, void (*change)(status::MemberState&, std::int64_t), void (*back)(status::MemberState&)) {
  const auto apply = [&s, on = f.on](auto&& what) {
    s.edit([&](StatusDocument& d) {
      if (status::MemberState* m = s.member(d, on)) what(*m);
    });
  };
  apply([&](status::MemberState& m) { change(m, f.x); });
  return [apply, back] { apply(back); };
}

/// x: why, as StopReason; y: the encoder ends before the status says so.
Ending stop(Stage& s, const Fault& f) {
  Ending encoder;
  if (f.y != 0) {
    s.publisher("a").end(s.world().wall());
    encoder = s.harm("a", Trouble::restarted);
  }
  ++s.stops;
  s.edit([&](StatusDocument& d) {
    d.status = ChannelStatus::stopped;
    d.stop_reason = static_cast<status::StopReason>(f.x);
  });
  return [&s, encoder] {
    if (encoder) {
      s.publisher("a").restart(s.world().wall());
      encoder();
      s.harm_until("a", s.world().now() + s.window_of("a"), Trouble::restarted);
    }
    if (--s.stops > 0) return;
    s.edit([&](StatusDocument& d) {
      d.status = ChannelStatus::playing;
      d.stop_reason = status::StopReason::none;
    });
  };
}

const PolicyNumber& policy_field(std::int64_t x) {
  return kPolicyNumbers[static_cast<std::size_t>(x) % std::size(kPolicyNumbers)];
}

const Kind kKinds[] = {
    {"stop", Family::operators, false, true, {0, 2}, {0, 1}, {2000, 180'000},
     [](Dice& d, Fault& f) {
       f.x = d.between(0, 2);
       f.y = d.between(0, 1);
     },
     stop},
    // Of the primary or a member; terminal ones for members alone.
    {"status", Family::operators, true, false, kStatus, {}, kLong,
     [](Dice& d, Fault& f) {
       do f.x = d.between(kStatus.min, kStatus.max);
       while (f.on == "a" && status::is_terminal(static_cast<ChannelStatus>(f.x)));
     },
     [](Stage& s, const Fault& f) {
       const auto to = static_cast<ChannelStatus>(f.x);
       if (f.on == "a" && (status::is_terminal(to) || s.stops > 0)) return Ending();
       set_status(s, f.on, to);
       return Ending([&s, on = f.on] {
         if (on != "a" || s.stops == 0) set_status(s, on, ChannelStatus::playing);
       });
     }},
    {"start", Family::operators, false, false, {}, {}, {}, nullptr,
     [](Stage& s, const Fault&) {
       if (s.stops == 0) set_status(s, "a", ChannelStatus::playing);
       return Ending();
     }},
    {"disable", Family::operators, true, false, {}, {}, kLong, nullptr,
     [](Stage& s, const Fault& f) {
       return change_member(s, f, [](status::MemberState& m, std::int64_t) { m.enabled = false; },
                            [](status::MemberState& m) { m.enabled = true; });
     }},
    {"remove", Family::operators, true, false, {}, {}, kLong, nullptr, [](Stage& s, const Fault& f) { return s.remove(f.on); }},
    // An alias: of the primary it is the viewer's own.
    {"deactivate", Family::operators, true, true, {}, {}, kLong, nullptr,
     [](Stage& s, const Fault& f) {
       if (f.on != "a")
         return change_member(s, f, [](status::MemberState& m, std::int64_t) { m.active = false; },
                              [](status::MemberState& m) { m.active = true; });
       s.edit([](StatusDocument& d) { d.active = false; });
       return Ending([&s] { s.edit([](StatusDocument& d) { d.active = true; }); });
     }},
    {"priority", Family::operators, true, false, {1, 100}, {}, {}, [](Dice& d, Fault& f) { f.x = d.between(1, 9); },
     [](Stage& s, const Fault& f) {
       s.edit([&](StatusDocument& d) {
         if (status::MemberState* m = s.member(d, f.on)) m->priority = static_cast<int>(f.x);
         std::stable_sort(d.members.begin(), d.members.end(), [](const auto& l, const auto& r) { return l.priority < r.priority; });
       });
       return Ending();
     }},
    // x: the row of kPolicyNumbers, y: the value.
    {"policy", Family::operators, false, false, {0, std::int64_t{std::size(kPolicyNumbers)} - 1}, {0, 86'400'000}, kLong,
     [](Dice& d, Fault& f) {
       f.x = d.between(0, std::int64_t{std::size(kPolicyNumbers)} - 1);
       const PolicyNumber& field = policy_field(f.x);
       f.y = d.magnitude(std::max<std::int64_t>(1, field.min), std::min<std::int64_t>(field.max, 30'000));
     },
     [](Stage& s, const Fault& f) {
       const auto field = policy_field(f.x).member;
       const std::int64_t before = s.world().service().document().policy.*field;
       s.edit([&](StatusDocument& d) { d.policy.*field = clamped(policy_field(f.x), f.y); });
       return Ending([&s, field, before] { s.edit([&](StatusDocument& d) { d.policy.*field = before; }); });
     }},
    {"standby", Family::operators, false, false, {0, 2}, {}, {}, [](Dice& d, Fault& f) { f.x = d.between(0, 2); },
     [](Stage& s, const Fault& f) {
       s.edit([&](StatusDocument& d) { d.policy.standby = static_cast<Standby>(f.x); });
       return Ending();
     }},
    {"mode", Family::operators, false, false, {0, 1}, {}, {}, [](Dice& d, Fault& f) { f.x = d.between(0, 1); },
     [](Stage& s, const Fault& f) {
       s.edit([&](StatusDocument& d) { d.policy.mode = static_cast<GroupMode>(f.x); });
       return Ending();
     }},
    {"recovery", Family::operators, false, false, {0, 1}, {}, {}, [](Dice& d, Fault& f) { f.x = d.between(0, 1); },
     [](Stage& s, const Fault& f) {
       s.edit([&](StatusDocument& d) { d.policy.recovery = static_cast<Recovery>(f.x); });
       return Ending();
     }},

    {"pause", Family::viewer, false, false, {}, {}, {100, 90'000}, nullptr,
     [](Stage& s, const Fault&) {
       ++s.pauses;
       s.world().pause(true);
       return Ending([&s] {
         if (--s.pauses == 0) s.world().pause(false);
       });
     }},
    {"switch_to", Family::viewer, true, false, {}, {}, {}, nullptr,
     [](Stage& s, const Fault& f) {
       s.world().switch_to(f.on);
       return Ending();
     }},
    {"switch_next", Family::viewer, false, false, {}, {}, {}, nullptr,
     [](Stage& s, const Fault&) {
       s.world().switch_to_next();
       return Ending();
     }},
    // x commands at once: switches and, where y says so, pauses that are taken back.
    {"storm", Family::viewer, false, false, {1, 500}, {0, 1}, {},
     [](Dice& d, Fault& f) {
       f.x = d.magnitude(2, 60);
       f.y = d.between(0, 1);
     },
     [](Stage& s, const Fault& f) {
       for (std::int64_t i = 0; i < f.x; ++i) {
         s.world().switch_to_next();
         if (f.y == 0) continue;
         s.world().pause(true);
         s.world().pause(s.pauses > 0);
       }
       return Ending();
     }},
    // x milliseconds; Run lets them pass.
    {"suspend", Family::viewer, false, true, {1, 86'400'000}, {}, {}, [](Dice& d, Fault& f) { f.x = d.magnitude(500, 600'000); },
     nullptr},
    {"end_session", Family::viewer, false, false, {}, {}, {}, nullptr,
     [](Stage& s, const Fault&) {
       s.ended = true;
       s.world().stop();
       return Ending();
     }},
};

}  // namespace

std::span<const Kind> people_kinds() { return kKinds; }

}  // namespace understudy::simulation
