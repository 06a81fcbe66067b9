// What was found, for programs (JSON) and for people (Markdown, a line on the console).
#pragma once

#include <string>
#include <vector>

#include "aims.h"
#include "measure.h"

namespace understudy::bench::failover {

struct AimCount {
  Aim aim;
  int met = 0;
  std::vector<std::string> missed;  // names of cases
  int controls_missed = 0;          // players without a fault that miss it too: the machine
};

/// Over the cases; those aims that speak of health over the players without a fault.
std::vector<AimCount> count_aims(const std::vector<Row>& rows);

/// The fixed columns.
Json row_json(const Row& row);
/// {"rows", "details", "brief", "controls", "meta"}: `details` has what else was measured, by the name of the case.
Json table_json(const std::vector<Row>& rows, const Json& meta);
/// Aims first, each miss named, then all rows. `rows` as they were run: each batch ends with its player without a
/// fault.
std::string table_markdown(const std::vector<Row>& rows, const Json& meta);
std::string console_line(const Row& row);

}  // namespace understudy::bench::failover
