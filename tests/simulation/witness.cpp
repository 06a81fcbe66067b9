#include "witness.h"

#include "core/trace/codec.h"

namespace understudy::simulation {

void Witness::on_input(const session::Input& input) {
  if (listeners_.trace) {
    if (!traced_) listeners_.trace(trace::write_header(world_.config));
    traced_ = true;
    listeners_.trace(trace::write_input({input, world_.now(), world_.wall()}));
  }
  for (const auto& checker : checkers_) checker->on_input(input);
}

void Witness::on_output(const session::Output& output) {
  if (listeners_.trace) listeners_.trace(trace::write_output(output));
  for (const auto& checker : checkers_) checker->on_output(output);
  mix(output.index());
  mix(world_.now());
  if (const auto* fetch = std::get_if<loading::Fetch>(&output)) {
    mix(fetch->id.value);
    for (const char c : fetch->url) mix(static_cast<std::uint64_t>(c));
  }
  const auto* event = std::get_if<Event>(&output);
  if (event == nullptr) return;
  mix(static_cast<std::uint64_t>(event->type));
  mix(static_cast<std::uint64_t>(event->reason));
  if (listeners_.story)
    tell(std::string(to_string(event->type)) + " " + std::string(to_string(event->reason)) + " " +
         (event->from ? world_.name_of(*event->from) + "->" : "") + (event->source ? world_.name_of(*event->source) : "") + " " +
         event->detail + (event->error ? " " + event->error->detail : ""));
}

void Witness::on_request(const world::RequestRecord& request) {
  for (const auto& checker : checkers_) checker->on_request(request);
}

void Witness::on_shown(const world::Shown& shown) {
  for (const auto& checker : checkers_) checker->on_shown(shown);
  mix(shown.at);
  mix(shown.source.value);
  mix(static_cast<std::uint64_t>(shown.frame));
  if (listeners_.story && last_shown_ != shown.source) tell("on screen: " + world_.name_of(shown.source));
  last_shown_ = shown.source;
}

void Witness::on_change() {
  for (const auto& checker : checkers_) checker->on_change();
}

void Witness::tell(const std::string& what) {
  if (listeners_.story) listeners_.story(std::to_string(to_ms(world_.now() - begun_at_)) + " " + what);
}

}  // namespace understudy::simulation
