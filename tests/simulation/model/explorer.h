// Breadth-first exploration of the real controller: every state that the alphabet leads to, each once, up to a depth.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "alphabet.h"
#include "invariants.h"

namespace understudy::model {

struct Setting {
  std::string name;
  Policy policy;
  std::size_t members = 2;
  int depth = 6;
  std::vector<Event> prefix{};  // played before the exploration begins, to begin it deep
  std::string until{};          // ends with the first finding of this rule
};

struct Finding {
  std::string rule;
  std::string what;
  std::vector<std::string> path;
};

struct Report {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t audits = 0;
  int depth = 0;          // the deepest at which a new state was found
  bool complete = false;  // nothing was left to explore before the depth was reached
  Duration slowest_rescue{};
  std::map<failover::State, std::uint64_t> by_state;
  // (from, to) with the shortest path to it.
  std::map<std::pair<failover::State, failover::State>, std::vector<std::string>> pairs;
  std::vector<Finding> findings;  // the first of each rule, by the shortest path
};

class Explorer {
 public:
  explicit Explorer(Setting setting) : setting_(std::move(setting)) {}
  /// `progress` is told the depth and the number of states found so far.
  Report run(const std::function<void(int, std::uint64_t)>& progress = {});

 private:
  struct Node {
    failover::Controller controller;
    std::uint32_t id;
    std::uint8_t failbacks;  // committed within the window
  };
  struct Trail {
    std::uint32_t parent;
    Event event;
  };

  bool done() const { return !setting_.until.empty() && !report_.findings.empty() && report_.findings.back().rule == setting_.until; }
  void expand(const Node& node);
  void apply(const Node& node, const Event& event);
  void visit(failover::Controller&& c, int failbacks, const Node& from, const Event& event);
  void check_rescues(const Node& node);
  void audit(const failover::Controller& known, const failover::Controller& again, std::uint32_t id);
  void found(const std::string& rule, const std::string& what, std::uint32_t id, const Event* last);
  std::vector<std::string> path_to(std::uint32_t id, const Event* last) const;

  Setting setting_;
  Report report_;
  // 128 bits of hash stand for a state: of ten million states two coincide with a probability of 10^-25.
  struct Print {
    std::uint64_t a, b;
    friend bool operator==(const Print&, const Print&) = default;
  };
  struct PrintHash {
    std::size_t operator()(const Print& p) const { return p.a; }
  };
  std::unordered_map<Print, std::uint32_t, PrintHash> seen_;
  std::vector<Trail> trails_;
  std::vector<Node> next_;
  struct Sample {
    failover::Controller controller;
    int audits = 0;
  };
  std::unordered_map<std::uint32_t, Sample> samples_;  // by id: one state in kSampled, to be audited when it is reached again
};

}  // namespace understudy::model
