// The one page and the one object that a soak leaves.
#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "outage.h"
#include "samples.h"

namespace understudy::soak {

struct OutageRecord {
  Outage outage;
  double begin_s = 0;
  double end_s = 0;              // mended
  std::optional<double> back_s;  // from mending until pictures went on
  double longest_gap_s = 0;      // without a new picture, from its begin until they went on
};

struct Verdict {
  std::string name;
  bool ok = false;
  std::string text;
};

std::string report_svg(const Options& options, const Samples& samples, const std::vector<OutageRecord>& outages,
                       const std::vector<Verdict>& verdicts);
Json report_json(const Options& options, const std::vector<OutageRecord>& outages,
                 const std::vector<Verdict>& verdicts);

}  // namespace understudy::soak
