#include "faults.h"

#include <algorithm>
#include <vector>

namespace understudy::simulation {

std::span<const Kind> all_kinds() {
  static const std::vector<Kind> kinds = [] {
    std::vector<Kind> all;
    for (const auto rows : {origin_kinds(), publisher_kinds(), surroundings_kinds(), people_kinds()})
      all.insert(all.end(), rows.begin(), rows.end());
    return all;
  }();
  return kinds;
}

const Kind* find_kind(std::string_view name) {
  const auto kinds = all_kinds();
  const auto it = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.name == name; });
  return it == kinds.end() ? nullptr : &*it;
}

}  // namespace understudy::simulation
