#include "audit.h"

#include "insight.h"

namespace understudy::model {

namespace {

using failover::Controller;

/// What was decided, as text: the kind, the sources.
std::string text_of(const std::vector<failover::Decision>& decisions) {
  std::string text;
  const auto put = [&](const auto& id) { text += ' ' + std::to_string(id.value); };
  for (const failover::Decision& d : decisions) {
    text += std::to_string(d.index());
    std::visit(
        [&](const auto& x) {
          if constexpr (requires { x.source.value + 0u; }) put(x.source);
          if constexpr (requires { x.from.value + 0u; }) put(x.from);
          if constexpr (requires { x.to.value + 0u; }) put(x.to);
        },
        d);
    text += ';';
  }
  return text;
}

std::string outcome(Controller c, const Event& event, const Policy& policy, std::size_t members) {
  const Instant now = kNow + kSteps[event.later];
  reseed(c, kLucks[0]);
  std::string text = text_of(c.evaluate(view_of(c, event, members, now)));
  normalise(c, policy, now);
  return text + memory_of(c);
}

}  // namespace

std::optional<Event> told_apart(const Controller& one, const Controller& other, const Policy& policy, std::size_t members) {
  for (Event event : events_of(one, members)) {
    if (event.kind != Event::Kind::see) continue;
    for (const std::uint8_t later : {0, 1, 3}) {
      event.later = later;
      if (outcome(one, event, policy, members) != outcome(other, event, policy, members)) return event;
    }
  }
  return std::nullopt;
}

}  // namespace understudy::model
