// For the checkers' tests: each checker with a sequence that keeps the promise and one that breaks it. What the whole engine does to them is
// shown by ../../mutants.
#pragma once

#include "core/session/session.h"
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"
#include "support/catch.h"

namespace understudy::simulation {

using namespace std::chrono_literals;
using loading::Purpose;

/// A truth that is what the test says.
struct Told final : Truth {
  Told() {
    settings.status_url = "http://status.test/playout/a";
    said.id = said.channel_id = "a";
    said.status = status::ChannelStatus::playing;
    said.playout.hls = "http://a.test/x.m3u8";
    status::MemberState b;
    b.src = b.channel = "b";
    b.enabled = true;
    b.status = status::ChannelStatus::playing;
    b.playout.hls = "http://b.test/x.m3u8";
    said.members.push_back(b);
  }
  Instant now() const override { return at; }
  WallTime wall() const override { return WallTime(at.time_since_epoch()); }
  Instant awake_since() const override { return awake; }
  const SessionConfig& config() const override { return settings; }
  const status::StatusDocument& document() const override { return said; }
  std::string name_of(SourceId source) const override { return source.value == 0 ? "a" : "b"; }
  bool service_reachable() const override { return reachable; }
  Duration document_age() const override { return age; }
  bool delivers(const std::string& member) const override { return delivers_for(member) > Duration::zero(); }
  Duration delivers_for(const std::string& member) const override {
    if (lost == member) return {};
    return member == "a" ? a_delivers_for : Duration(1h);
  }
  Trouble trouble(const std::string& member) const override { return lost == member ? Trouble::refused : Trouble::none; }
  int troubles(const std::string& member) const override { return lost == member ? 1 + more_troubles : 0; }
  std::int64_t byte_rate(const std::string&) const override { return 250'000; }
  Duration lag(const std::string& member) const override { return member == "b" ? lag_of_b : Duration::zero(); }
  Duration segment(const std::string&) const override { return 2s; }
  MediaTime oldest(const std::string&, WallTime when) const override { return MediaTime(when.time_since_epoch() - 12s); }
  bool is_gap(const std::string& url) const override { return url == "gap"; }
  bool network_up() const override { return true; }
  Duration network_up_for() const override { return 1h; }
  bool paused() const override { return false; }
  Duration buffer() const override { return ahead; }
  bool aligned() const override { return true; }
  bool dates_jumped() const override { return jumped; }
  std::size_t requests_under_way() const override { return 0; }
  bool replayed() const override { return true; }

  Instant at{1000s};
  Instant awake{};
  SessionConfig settings;
  status::StatusDocument said;
  bool reachable = true;
  std::string lost;
  int more_troubles = 0;
  Duration ahead = 20s;
  bool jumped = false;
  Duration age{};
  Duration lag_of_b{};
  Duration a_delivers_for{1h};
};

inline constexpr SourceId kA{0};
inline constexpr SourceId kB{1};
inline constexpr std::int64_t kBehindLive = 150;  // frames, three segments

/// A checker on a bench: the test gives it what passes, and reads what it found.
struct Bench {
  explicit Bench(CheckerPtr (*make)(const Truth&)) : checker(make(truth)) { checker->on_change(); }
  void pass(Duration d) { truth.at += d; }
  void in(const session::Input& input) { checker->on_input(input); }
  void out(const session::Output& output) { checker->on_output(output); }
  void change() { checker->on_change(); }
  void event(EventType type, Reason reason, SourceId source, SourceId from = kA) {
    Event e;
    e.sequence = ++sequence;
    e.type = type;
    e.reason = reason;
    e.source = source;
    e.from = from;
    if (type == EventType::switched) e.switch_facts = SwitchFacts{};
    out(e);
  }
  void ask(std::uint64_t id, Purpose purpose, std::optional<SourceId> source = std::nullopt) {
    loading::Fetch fetch;
    fetch.id = RequestId{id};
    fetch.purpose = purpose;
    fetch.source = source;
    out(fetch);
  }
  void answer(std::uint64_t id, int code, std::optional<Duration> retry_after = std::nullopt) {
    loading::FetchDone done;
    done.id = RequestId{id};
    done.status = code;
    done.body = body;
    done.retry_after = retry_after;
    in(done);
  }
  void turn() { out(session::Deadline{truth.at + 1s, session::DeadlineReason::status_poll}); }
  /// Pictures of `source` for so long, a frame apart.
  void show(SourceId source, Duration d) {
    for (Duration t{}; t < d; t += world::kFrame) {
      checker->on_shown({truth.at, source, frame, MediaTime(frame * world::kFrame)});
      ++frame;
      pass(world::kFrame);
    }
  }
  std::size_t found() const { return checker->violations().size(); }

  Told truth;
  CheckerPtr checker;
  std::string body = status::to_json(truth.said);  // of every answer
  std::uint64_t sequence = 0;
  std::int64_t frame = 25'000;
};

}  // namespace understudy::simulation
