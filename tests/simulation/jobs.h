// Runs in processes of their own: a run that aborts or never ends is a violation like any other and takes nothing with it, and
// nothing is shared, so that results cannot depend on how many there are at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "script.h"

namespace understudy::simulation {

struct RunResult {
  std::vector<std::string> checkers;  // that were violated; "crash" where the process died
  std::string first;                  // the first violation as a sentence
  std::int64_t viewer_ms = 0;
  std::int64_t outages = 0;
  std::uint64_t hash = 0;
};

/// What run `run` adds to the hash of many runs: a sum, so that the order in which they end does not matter.
inline std::uint64_t share_of_hash(std::int64_t run, std::uint64_t hash) {
  return (hash ^ static_cast<std::uint64_t>(run)) * 0x9e3779b97f4a7c15u;
}

/// Asked in the worker's process for the script of a run.
using ScriptOf = std::function<Script(std::int64_t run)>;
/// Called in the caller's process, in no particular order.
using OnResult = std::function<void(std::int64_t run, const RunResult&)>;

/// False where no process could be started.
bool run_all(std::int64_t runs, int jobs, const ScriptOf& script_of, const OnResult& on_result);
/// One run in a process of its own.
RunResult run_apart(const Script& script);

}  // namespace understudy::simulation
