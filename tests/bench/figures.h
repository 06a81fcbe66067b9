// What was measured: values per figure and contender, their medians, the ratio of ours to the best peer.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace understudy::bench {

double median(std::vector<double> values);

class Figure {
 public:
  Figure(std::string name, std::string unit, std::string aim)
      : name_(std::move(name)), unit_(std::move(unit)), aim_(std::move(aim)) {}

  void add(const std::string& contender, double value);
  /// A run in which the contender showed nothing.
  void add_failure(const std::string& contender);
  /// Ours (the first contender) to the peer with the smallest median.
  std::optional<double> ratio() const;
  void print() const;
  nlohmann::ordered_json json() const;

 private:
  struct Row {
    std::string contender;
    std::vector<double> values;
    int failures = 0;
  };
  Row& row(const std::string& contender);

  std::string name_;
  std::string unit_;
  std::string aim_;
  std::vector<Row> rows_;
};

}  // namespace understudy::bench
