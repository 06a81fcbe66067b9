#include "figures.h"

#include <fmt/format.h>

#include <algorithm>

namespace understudy::bench {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

Figure::Row& Figure::row(const std::string& contender) {
  const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& r) { return r.contender == contender; });
  if (found != rows_.end()) return *found;
  return rows_.emplace_back(Row{contender, {}, 0});
}

void Figure::add(const std::string& contender, double value) { row(contender).values.push_back(value); }
void Figure::add_failure(const std::string& contender) { ++row(contender).failures; }

std::optional<double> Figure::ratio() const {
  if (rows_.size() < 2 || rows_.front().values.empty()) return std::nullopt;
  std::optional<double> best;
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    if (rows_[i].values.empty()) continue;
    const double value = median(rows_[i].values);
    best = best ? std::min(*best, value) : value;
  }
  if (!best || *best <= 0) return std::nullopt;
  return median(rows_.front().values) / *best;
}

void Figure::print() const {
  fmt::print("\n{} [{}]\n", name_, unit_);
  for (const Row& r : rows_) {
    const std::string failed = r.failures > 0 ? fmt::format("  ({} runs showed nothing)", r.failures) : "";
    if (r.values.empty()) {
      fmt::print("  {:<20} {:>9}{}\n", r.contender, "-", failed);
      continue;
    }
    const auto [low, high] = std::minmax_element(r.values.begin(), r.values.end());
    fmt::print("  {:<20} {:>9.2f}   {:.2f} to {:.2f}, {} runs{}\n", r.contender, median(r.values), *low, *high,
               r.values.size(), failed);
  }
  const auto to_best = ratio();
  fmt::print("  {:<20} {:>9}   {}\n", "ratio", to_best ? fmt::format("{:.2f}", *to_best) : "no peer", aim_);
}

nlohmann::ordered_json Figure::json() const {
  nlohmann::ordered_json out = {{"name", name_}, {"unit", unit_}, {"aim", aim_}};
  out["ratio"] = ratio() ? nlohmann::ordered_json(*ratio()) : nlohmann::ordered_json(nullptr);
  for (const Row& r : rows_)
    out["contenders"].push_back(
        {{"name", r.contender}, {"median", median(r.values)}, {"values", r.values}, {"failures", r.failures}});
  return out;
}

}  // namespace understudy::bench
