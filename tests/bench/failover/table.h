// What was found, for programs (JSON) and for people (Markdown, a line on the console).
#pragma once

#include <string>
#include <vector>

#include "aims.h"
#include "measure.h"

namespace understudy::bench::failover {

/// The fixed columns.
Json row_json(const Row& row);
/// {"rows", "details", "brief", "controls", "meta"}: `details` has what else was measured, by the name of the case.
Json table_json(const std::vector<Row>& rows, const Json& meta);
/// Aims first, each miss named, then all rows.
std::string table_markdown(const std::vector<Row>& rows, const Json& meta);
std::string console_line(const Row& row);

}  // namespace understudy::bench::failover
