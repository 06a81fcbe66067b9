// Telling of violations: the shrunk script and the trace, on the screen and in files.
#pragma once

#include <cstdint>
#include <string>

#include "jobs.h"
#include "options.h"

namespace understudy::simulation {

/// Shrinks to what this checker still reports; prints and writes sim-SEED-CHECKER.script and .trace to options.out.
void report_violation(std::uint64_t seed, const Script& script, const std::string& checker, const Options& options);
/// Prints what happens in a run.
void tell_run(const Script& script);
/// 0 no violation or the same, 1 a violation or different, 2 nothing that can be replayed.
int replay(const Options& options);

}  // namespace understudy::simulation
