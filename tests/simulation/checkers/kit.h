// What several checkers need: who may be shown, which requests are under way, and the last moments of something. All of it is bounded
// and drawn from the truth and from what passes by.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>

#include "core/session/io.h"
#include "simulation/checkers/truth.h"

namespace understudy::simulation {

/// FAILOVER.md 2.1: what a server asks for is honoured up to this.
inline constexpr Duration kLongestRetryAfter = std::chrono::seconds(30);
/// FAILOVER.md 4: the "one request" of the bounds.
inline constexpr Duration kOneRequest = std::chrono::seconds(1);
/// FAILOVER.md 3: of the preparation of a candidate with too few samples, with its margin and the output latency.
inline constexpr Duration kPreparation = from_ms(1500 + 200 + 40);
inline constexpr Duration kTenMinutes = std::chrono::minutes(10);

inline const Policy& policy_of(const Truth& truth) {
  return truth.config().policy_override ? *truth.config().policy_override : truth.document().policy;
}

inline bool has_service(const Truth& truth) { return !truth.config().status_url.empty(); }

/// FAILOVER.md 1: what stops a player.
inline bool says_stop(const status::StatusDocument& d) {
  using status::ChannelStatus;
  return !d.active || d.status == ChannelStatus::stopped || d.status == ChannelStatus::deleting || d.status == ChannelStatus::deleted;
}

inline bool is_stopped(status::ChannelStatus s) {
  using status::ChannelStatus;
  return s == ChannelStatus::stopped || s == ChannelStatus::deleting || s == ChannelStatus::deleted;
}

/// Calls f(name, able) for the primary and every member that the document names; without a service for what the app gave.
template <class F>
void for_each_member(const Truth& truth, F&& f) {
  if (!has_service(truth)) {
    for (const PlainSource& source : truth.config().plain_sources) f(source.name, true);
    return;
  }
  const status::StatusDocument& d = truth.document();
  f(d.id, d.active && !is_stopped(d.status) && !d.playout.hls.empty());
  for (const status::MemberState& m : d.members) f(m.src, m.enabled && m.active && !is_stopped(m.status) && !m.playout.hls.empty());
}

/// Whose picture it is, by name; asks for the name only when the source changes.
class OnScreen {
 public:
  explicit OnScreen(const Truth& truth) : truth_(truth) {}
  void shown(const world::Shown& shown) {
    at_ = shown.at;
    if (source_ == shown.source) return;
    source_ = shown.source;
    name_ = truth_.name_of(shown.source);
    since_ = shown.at;
  }
  void forget() {
    source_.reset();
    name_.clear();
  }
  explicit operator bool() const { return source_.has_value(); }
  SourceId source() const { return *source_; }
  const std::string& name() const { return name_; }
  Instant since() const { return since_; }
  Instant last_at() const { return at_; }

 private:
  const Truth& truth_;
  std::optional<SourceId> source_;
  std::string name_;
  Instant since_{};
  Instant at_{};
};

/// What the engine asked for and has not been answered or cancelled.
class Requests {
 public:
  struct Open {
    loading::Purpose purpose = loading::Purpose::status;
    std::optional<SourceId> source;
    Instant sent{};
    std::string url;
  };
  void begin(const loading::Fetch& fetch, Instant now) { open_[fetch.id] = {fetch.purpose, fetch.source, now, fetch.url}; }
  void cancel(RequestId id) { open_.erase(id); }
  /// Null: it is not under way, so its answer is a late one.
  const Open* find(RequestId id) const {
    const auto it = open_.find(id);
    return it == open_.end() ? nullptr : &it->second;
  }
  std::optional<Open> finish(RequestId id) {
    const auto it = open_.find(id);
    if (it == open_.end()) return std::nullopt;
    const Open open = it->second;
    open_.erase(it);
    return open;
  }
  std::size_t size() const { return open_.size(); }
  auto begin() const { return open_.begin(); }
  auto end() const { return open_.end(); }

 private:
  std::map<RequestId, Open> open_;
};

/// The last N moments of something, to ask how many lie within a time.
template <std::size_t N>
class Recent {
 public:
  void add(Instant at) {
    times_[next_++ % N] = at;
    count_ = std::min(count_ + 1, N);
  }
  std::size_t within(Duration d, Instant now) const {
    std::size_t n = 0;
    for (std::size_t i = 0; i < count_; ++i) n += now - times_[i] < d ? 1 : 0;
    return n;
  }
  /// The oldest of those that are remembered, once there are N.
  std::optional<Instant> oldest() const {
    if (count_ < N) return std::nullopt;
    return times_[next_ % N];
  }
  void clear() { count_ = next_ = 0; }

 private:
  std::array<Instant, N> times_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

/// How long who was tried in vain may be left alone. The document holds what was edited; the engine puts the two in order.
inline Duration probe_max(const Truth& truth) { return from_ms(std::max(policy_of(truth).probe_max_ms, policy_of(truth).probe_min_ms)); }

inline std::string ms_text(Duration d) { return std::to_string(to_ms(d)) + " ms"; }

/// Whole, and tells a status; found without the parser that is being tested.
inline bool is_document(const std::string& body) {
  return body.find("\"status\"") != std::string::npos && std::count(body.begin(), body.end(), '{') == std::count(body.begin(), body.end(), '}');
}

/// A status poll was answered with a document that counts (FAILOVER.md 1: anything else is a failed poll).
inline bool poll_ok(const loading::FetchDone& done) {
  return done.error.code == ErrorCode::none && (done.status == 304 || (done.status == 200 && is_document(done.body)));
}

/// How often the engine polls, by a document (FAILOVER.md 2.1): pollMs, or the document's ttlMs where that is longer.
inline Duration poll_interval(const Truth& truth) {
  const std::int64_t ttl = std::clamp<std::int64_t>(truth.document().ttl_ms, 0, 30'000);
  return from_ms(std::max(policy_of(truth).poll_ms, ttl));
}

}  // namespace understudy::simulation
