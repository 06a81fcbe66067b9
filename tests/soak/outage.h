// What goes wrong, as data: drawn from a seed, printable. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace understudy::soak {

using Json = nlohmann::json;

enum class OutageKind {
  primary_fault,   // the primary's media fails; the fallback delivers
  fallback_fault,  // the fallback's media fails; the primary delivers
  both_fault,      // nobody delivers
  status_lost,     // nobody answers polls; media goes on
  service_killed,  // kill -9 of the service with its origins; started again
  stopped,         // the operator stops the primary, and starts it again
  fallback_stopped,
  edited,  // settings change in the middle of the programme
};

std::string_view to_string(OutageKind kind);

struct Outage {
  OutageKind kind = OutageKind::primary_fault;
  Json fault;  // of the origin, where the kind has one
  Json edit;   // of the channel, where it is an edit
  double hold_s = 10;
};

/// Somebody delivers all the time: pictures have to go on.
bool leaves_a_source(OutageKind kind);

/// The first ones are one of each kind that matters most, so that a short run has them too; then at random.
class Outages {
 public:
  explicit Outages(std::uint64_t seed) : random_(seed) {}
  Outage next();

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }
  Json draw_fault();
  Json draw_edit();
  std::mt19937_64 random_;
  std::size_t drawn_ = 0;
};

std::string to_text(const Outage& outage);

}  // namespace understudy::soak
