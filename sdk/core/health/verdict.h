// A monitor's answer. Monitors observe and never act; only the failover controller decides.
#pragma once

namespace understudy::health {

enum class Verdict { ok, suspect, failed };

constexpr Verdict worse(Verdict a, Verdict b) { return static_cast<int>(a) > static_cast<int>(b) ? a : b; }

}  // namespace understudy::health
