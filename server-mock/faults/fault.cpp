#include "faults/fault.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace understudy::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxFaults = 256;
constexpr double kMaxSeconds = 1e6;

constexpr std::array<std::pair<FaultKind, std::string_view>, 18> kNames = {{
    {FaultKind::refuse, "refuse"},
    {FaultKind::reset, "reset"},
    {FaultKind::black_hole, "black_hole"},
    {FaultKind::trickle, "trickle"},
    {FaultKind::slow_first_byte, "slow_first_byte"},
    {FaultKind::segment_404, "segment_404"},
    {FaultKind::http_503, "http_503"},
    {FaultKind::stale_playlist, "stale_playlist"},
    {FaultKind::missing_segment, "missing_segment"},
    {FaultKind::truncated, "truncated"},
    {FaultKind::corrupt, "corrupt"},
    {FaultKind::sequence_restart, "sequence_restart"},
    {FaultKind::pdt_skew, "pdt_skew"},
    {FaultKind::endlist, "endlist"},
    {FaultKind::black, "black"},
    {FaultKind::frozen, "frozen"},
    {FaultKind::silence, "silence"},
    {FaultKind::drop, "drop"},
}};

constexpr std::array<std::pair<FaultScope, std::string_view>, 3> kScopes = {
    {{FaultScope::all, "all"}, {FaultScope::playlists, "playlists"}, {FaultScope::segments, "segments"}}};

/// Kinds that hit single requests; their probability is drawn per request. The others are a state of the channel.
bool per_request(FaultKind kind) {
  switch (kind) {
    case FaultKind::reset:
    case FaultKind::black_hole:
    case FaultKind::trickle:
    case FaultKind::slow_first_byte:
    case FaultKind::segment_404:
    case FaultKind::http_503:
    case FaultKind::truncated:
    case FaultKind::corrupt: return true;
    default: return false;
  }
}

FaultScope default_scope(FaultKind kind) {
  const bool bodies = kind == FaultKind::reset || kind == FaultKind::truncated || kind == FaultKind::corrupt ||
                      kind == FaultKind::trickle || kind == FaultKind::segment_404;
  return bodies ? FaultScope::segments : FaultScope::all;
}

/// SplitMix64: the n-th number of a seed's sequence, in [0, 1).
double draw(std::uint64_t seed, std::uint64_t n) {
  std::uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) / 9007199254740992.0;
}

Duration seconds(double s) { return Duration(static_cast<std::int64_t>(s * 1e9)); }
double in_seconds(Duration d) { return static_cast<double>(to_ms(d)) / 1000.0; }

template <class T>
Result<T> member(const json& object, const char* name, T fallback, T low, T high) {
  const auto it = object.find(name);
  if (it == object.end() || it->is_null()) return fallback;
  if (!it->is_number() || (std::is_integral_v<T> && !it->is_number_integer())) {
    return fail(ErrorCode::invalid_config, std::string("fault.") + name + " is not a number of its kind");
  }
  const double value = it->get<double>();  // before it is narrowed
  if (!(value >= static_cast<double>(low) && value <= static_cast<double>(high))) {
    return fail(ErrorCode::invalid_config, std::string("fault.") + name + " is out of its range");
  }
  return it->get<T>();
}

/// Reads one member into `out`; keeps the first error.
template <class T>
void read(const json& object, const char* name, T& out, T low, T high, Result<void>& status) {
  auto value = member<T>(object, name, out, low, high);
  if (value) {
    out = *value;
  } else if (status) {
    status = Unexpected{value.error()};
  }
}

Result<Fault> parse_one(const json& object, WallTime now) {
  if (!object.is_object()) return fail(ErrorCode::invalid_config, "a fault is not an object");
  const auto name = object.find("fault");
  if (name == object.end() || !name->is_string()) return fail(ErrorCode::invalid_config, "fault.fault is missing");
  const auto kind = fault_kind(name->get<std::string>());
  if (!kind)
    return fail(ErrorCode::invalid_config, "fault.fault has no such value: " + name->get<std::string>().substr(0, 40));
  Fault f;
  f.kind = *kind;
  f.scope = default_scope(*kind);
  double start_s = 0;
  double length_s = 0;
  std::int64_t after_bytes = -1;
  Result<void> status;
  read(object, "start_s", start_s, 0.0, kMaxSeconds, status);
  read(object, "length_s", length_s, 0.0, kMaxSeconds, status);
  read(object, "probability", f.probability, 0.0, 1.0, status);
  read<std::uint64_t>(object, "seed", f.seed, 0, UINT64_MAX, status);
  read<std::int64_t>(object, "bytes_per_second", f.bytes_per_second, 0, 1'000'000'000, status);
  read<std::int64_t>(object, "delay_ms", f.delay_ms, 0, 3'600'000, status);
  read<std::int64_t>(object, "after_bytes", after_bytes, -1, 1'000'000'000, status);
  read<std::int64_t>(object, "skew_ms", f.skew_ms, -86'400'000, 86'400'000, status);
  read<std::int64_t>(object, "count", f.count, 1, 1000, status);
  if (!status) return Unexpected{status.error()};
  if (after_bytes >= 0) f.after_bytes = after_bytes;
  if (const auto scope = object.find("on"); scope != object.end()) {
    const auto found =
        std::find_if(kScopes.begin(), kScopes.end(), [&](const auto& s) { return *scope == std::string(s.second); });
    if (found == kScopes.end()) return fail(ErrorCode::invalid_config, "fault.on has no such value");
    f.scope = found->first;
  }
  f.begin = now + seconds(start_s);
  if (length_s > 0) f.end = f.begin + seconds(length_s);
  f.happens = per_request(f.kind) || draw(f.seed, 0) < f.probability;
  return f;
}

}  // namespace

std::string_view to_string(FaultKind kind) {
  for (const auto& [k, name] : kNames) {
    if (k == kind) return name;
  }
  return "unknown";
}

std::optional<FaultKind> fault_kind(std::string_view name) {
  for (const auto& [kind, n] : kNames) {
    if (n == name) return kind;
  }
  return std::nullopt;
}

Result<void> FaultSchedule::add(const std::string& text, WallTime now) {
  json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded()) return fail(ErrorCode::invalid_config, "faults are not JSON");
  if (!parsed.is_array()) parsed = json::array({parsed});
  std::vector<Fault> added;
  for (const json& one : parsed) {
    auto fault = parse_one(one, now);
    if (!fault) return Unexpected{fault.error()};
    added.push_back(*fault);
  }
  for (std::size_t i = 0; i < faults_.size() && faults_.size() + added.size() > kMaxFaults;) {
    if (!faults_[i].end || *faults_[i].end > now) {
      ++i;
      continue;
    }
    faults_.erase(faults_.begin() + static_cast<std::ptrdiff_t>(i));
    draws_.erase(draws_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (faults_.size() + added.size() > kMaxFaults) return fail(ErrorCode::limit_exceeded, "more than 256 faults");
  for (Fault& f : added) {
    f.id = next_id_++;
    faults_.push_back(f);
    draws_.push_back(0);
  }
  return {};
}

void FaultSchedule::clear(WallTime now) {
  for (Fault& f : faults_) {
    if (f.end && *f.end <= now) continue;
    f.end = std::max(now, f.begin);
    if (f.begin > now) {
      f.end = f.begin;
      f.happens = false;
    }
  }
}

const Fault* FaultSchedule::active(FaultKind kind, WallTime now) const {
  for (const Fault& f : faults_) {
    if (f.kind == kind && f.active_at(now)) return &f;
  }
  return nullptr;
}

const Fault* FaultSchedule::strikes(FaultKind kind, bool segment_request, WallTime now) {
  for (std::size_t i = 0; i < faults_.size(); ++i) {
    const Fault& f = faults_[i];
    const bool in_scope = f.scope == FaultScope::all || (f.scope == FaultScope::segments) == segment_request;
    if (f.kind != kind || !in_scope || !f.active_at(now)) continue;
    if (f.probability >= 1.0 || draw(f.seed, draws_[i]++) < f.probability) return &f;
  }
  return nullptr;
}

std::optional<WallTime> FaultSchedule::next_change(WallTime now) const {
  std::optional<WallTime> next;
  const auto consider = [&](WallTime t) {
    if (t > now && (!next || t < *next)) next = t;
  };
  for (const Fault& f : faults_) {
    if (!f.happens) continue;
    consider(f.begin);
    if (f.end) consider(*f.end);
  }
  return next;
}

std::string FaultSchedule::to_json(WallTime now) const {
  json out = json::array();
  for (const Fault& f : faults_) {
    const bool ended = f.end && *f.end <= now;
    const bool cancelled = !f.happens && f.end && *f.end == f.begin;
    json o = {{"id", f.id},
              {"fault", std::string(to_string(f.kind))},
              {"state", ended || cancelled ? "ended" : (f.begin > now ? "pending" : "active")},
              {"start_s", in_seconds(f.begin - now)},
              {"length_s", f.end ? in_seconds(*f.end - f.begin) : 0.0},
              {"probability", f.probability},
              {"seed", f.seed}};
    for (const auto& [scope, name] : kScopes) {
      if (scope == f.scope && per_request(f.kind)) o["on"] = std::string(name);
    }
    switch (f.kind) {
      case FaultKind::trickle: o["bytes_per_second"] = f.bytes_per_second; break;
      case FaultKind::slow_first_byte: o["delay_ms"] = f.delay_ms; break;
      case FaultKind::pdt_skew: o["skew_ms"] = f.skew_ms; break;
      case FaultKind::missing_segment: o["count"] = f.count; break;
      case FaultKind::reset:
      case FaultKind::truncated:
        if (f.after_bytes) o["after_bytes"] = *f.after_bytes;
        break;
      default: break;
    }
    if (!f.happens) o["drawn"] = false;  // by its probability, or cleared before it began
    out.push_back(std::move(o));
  }
  return out.dump();
}

}  // namespace understudy::server
