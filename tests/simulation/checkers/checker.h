// A checker holds one promise of FAILOVER.md 12 against everything that passes between the engine and the world. It sees no part of
// the engine's inside, and parses nothing with the engine's parsers. Cheap: O(1) per call, no memory that grows with the run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/session/io.h"
#include "simulation/checkers/truth.h"
#include "support/world/media_model.h"
#include "support/world/network.h"

namespace understudy::simulation {

struct Violation {
  std::string checker;
  Instant at{};
  std::string what;
};

class Checker {
 public:
  explicit Checker(const Truth& what_is_so) : truth(what_is_so) {}
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;
  virtual ~Checker() = default;

  /// Of the invariant, in snake_case: mutants and reports name it.
  virtual std::string_view name() const = 0;
  /// Before the engine gets it.
  virtual void on_input(const session::Input&) {}
  /// Every one of the engine, before the world carries it out; the Deadline last.
  virtual void on_output(const session::Output&) {}
  virtual void on_request(const world::RequestRecord&) {}
  /// Every picture, in order.
  virtual void on_shown(const world::Shown&) {}
  /// The world changed: a fault began or ended, the document was edited, the machine woke. Truth is already the new one. Also once
  /// before the first input.
  virtual void on_change() {}
  virtual void at_end() {}

  const std::vector<Violation>& violations() const { return violations_; }

 protected:
  const Truth& truth;
  /// A broken promise breaks again at every turn: the first few tell all.
  void violated(std::string what) {
    if (violations_.size() < kKept) violations_.push_back({std::string(name()), truth.now(), std::move(what)});
  }

 private:
  static constexpr std::size_t kKept = 4;
  std::vector<Violation> violations_;
};

using Checkers = std::vector<std::unique_ptr<Checker>>;
/// One of each.
Checkers all_checkers(const Truth& truth);

}  // namespace understudy::simulation
