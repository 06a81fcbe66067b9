// Every kind of trouble, one row each: what it is called, what its numbers mean, how it is drawn, and what it does.
#pragma once

#include <span>
#include <string_view>

#include "dice.h"
#include "script.h"
#include "stage.h"

namespace understudy::simulation {

/// Who is at fault; a run draws kinds by family too, see draw.h.
enum class Family { origin, publisher, network, service, operators, viewer };

struct Range {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

struct Kind {
  const char* name;
  Family family;
  bool of_source;    // Fault::on names a member
  bool noticeable;   // takes away something that a viewer could notice: it makes an outage
  Range x, y;        // what the parser lets pass
  Range lasts;       // drawn in this range; {0, 0}: it has no duration
  void (*draw)(Dice&, Fault&);  // x and y; may be null
  /// Does it; the ending undoes it. An ending may be empty.
  Ending (*begin)(Stage&, const Fault&);
};

std::span<const Kind> all_kinds();
const Kind* find_kind(std::string_view name);

// The rows, by family (faults_origin.cpp, faults_publisher.cpp, faults_people.cpp).
std::span<const Kind> origin_kinds();
std::span<const Kind> publisher_kinds();
std::span<const Kind> surroundings_kinds();
std::span<const Kind> people_kinds();

}  // namespace understudy::simulation
