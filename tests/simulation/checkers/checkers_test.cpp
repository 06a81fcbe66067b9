// Each checker with a sequence that keeps the promise and one that breaks it. What the whole engine does to them is shown by ../mutants.
#include "core/session/session.h"
#include "simulation/checkers/all.h"
#include "simulation/checkers/kit.h"
#include "support/catch.h"

namespace understudy::simulation {
namespace {

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

constexpr SourceId kA{0};
constexpr SourceId kB{1};
constexpr std::int64_t kBehindLive = 150;  // frames, three segments

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

}  // namespace

TEST_CASE("stop_is_obeyed: pictures until the bound are forgiven, later ones are not") {
  Bench b(stop_is_obeyed);
  b.show(kA, 1s);
  b.truth.said.status = status::ChannelStatus::stopped;
  b.change();
  b.show(kA, 3s);
  CHECK(b.found() == 0);
  b.show(kA, 2s);
  CHECK(b.found() > 0);
}

TEST_CASE("only_able_members: a commit needs what covers the splice, and a member that is able") {
  for (const bool ready : {true, false}) {
    Bench b(only_able_members);
    session::MediaState media;
    media.sources.push_back({kB, std::nullopt, std::nullopt, ready, std::nullopt});
    b.in(media);
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == ready);
  }
  Bench b(only_able_members);
  session::MediaState media;
  media.sources.push_back({kB, std::nullopt, std::nullopt, true, std::nullopt});
  b.in(media);
  b.truth.said.members[0].enabled = false;
  b.change();
  b.event(EventType::committed, Reason::reset, kB);
  CHECK(b.found() == 0);  // the engine can't know yet
  b.pass(1s);
  b.ask(1, Purpose::status);
  b.answer(1, 200);
  b.event(EventType::committed, Reason::reset, kB);
  CHECK(b.found() == 1);
}

TEST_CASE("only_able_members: what a cache answers tells of an earlier time") {
  for (const bool cached : {true, false}) {
    Bench b(only_able_members);
    session::MediaState media;
    media.sources.push_back({kB, std::nullopt, std::nullopt, true, std::nullopt});
    b.in(media);
    b.truth.said.members[0].enabled = false;
    b.change();
    b.pass(1s);
    if (cached) b.truth.age = 5s;
    b.ask(1, Purpose::status);
    b.truth.age = {};
    b.answer(1, 200);
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == cached);
  }
}

TEST_CASE("stop_is_obeyed: an interval that a cache kept from the player is not the one it polls by") {
  for (const bool cached : {true, false}) {
    Bench b(stop_is_obeyed);
    b.truth.said.policy.poll_ms = 20'000;
    b.change();
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.pass(1s);
    b.truth.said.policy.poll_ms = 1'000;
    b.truth.said.status = status::ChannelStatus::stopped;
    b.change();
    if (cached) b.truth.age = 5s;
    b.ask(2, Purpose::status);
    b.answer(2, 200);
    b.truth.age = {};
    b.show(kA, 10s);
    CHECK((b.found() == 0) == cached);
  }
}

TEST_CASE("only_able_members: who denied access is not hedged before its penalty is over") {
  Bench b(only_able_members);
  b.event(EventType::hedge_started, Reason::reset, kB);
  b.ask(1, Purpose::media_playlist, kB);
  b.answer(1, 403);
  b.event(EventType::hedge_cancelled, Reason::none, kB);
  b.pass(121s);
  b.event(EventType::hedge_started, Reason::reset, kB);
  CHECK(b.found() == 0);
  b.ask(2, Purpose::media_playlist, kB);
  b.answer(2, 403);
  b.event(EventType::hedge_cancelled, Reason::none, kB);
  b.pass(20s);
  b.event(EventType::hedge_started, Reason::reset, kB);
  CHECK(b.found() == 1);
}

TEST_CASE("content_runs_forwards: what had left the window of the new source as it was prepared may be missing") {
  for (const Duration behind : {Duration(5s), Duration(15s)}) {
    Bench b(content_runs_forwards);
    b.truth.at += 1h;
    b.frame = (b.truth.wall().time_since_epoch() - behind) / world::kFrame;
    b.show(kA, 1s);
    b.event(EventType::hedge_started, Reason::reset, kB);
    b.frame += 25;
    b.show(kB, 1s);
    CHECK((b.found() == 0) == (behind == Duration(15s)));
  }
}

TEST_CASE("no_stall: a stall counts while another member delivers and the buffer sufficed") {
  for (const bool lost : {false, true}) {
    Bench b(no_stall);
    b.show(kA, 1s);
    if (lost) b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == lost);
  }
}

TEST_CASE("no_stall: a member that lags by more than the buffer holds cannot help") {
  for (const Duration lag : {Duration(2s), Duration(30s)}) {
    Bench b(no_stall);
    b.truth.lag_of_b = lag;
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == (lag == Duration(2s)));
  }
}

TEST_CASE("no_stall: where dates have jumped the fallback may seem to lag by any time") {
  for (const bool jumped : {false, true}) {
    Bench b(no_stall);
    b.truth.jumped = jumped;
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() == 0) == jumped);
  }
}

TEST_CASE("no_stall: another fault on top of the first counts with the buffer of its own moment") {
  for (const Duration left : {Duration(20s), Duration(2s)}) {
    Bench b(no_stall);
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.change();
    b.pass(20s);
    b.truth.ahead = left;
    b.truth.more_troubles = 1;
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() > 0) == (left == Duration(20s)));
  }
}

TEST_CASE("no_stall: who is lost after the fault as well makes it one that the buffer need not bear") {
  Bench b(no_stall);
  b.show(kA, 1s);
  b.truth.lost = "a";
  b.change();
  b.truth.lag_of_b = 30s;
  b.change();
  b.in(session::Stalled{});
  CHECK(b.found() == 0);
}

TEST_CASE("something_on_screen: nothing may be shown only for so long while a member delivers") {
  Bench b(something_on_screen);
  b.event(EventType::started, Reason::start, kA);
  b.show(kA, 1s);
  b.pass(20s);
  b.in(session::Tick{});
  CHECK(b.found() == 0);
  b.pass(60s);
  b.in(session::Tick{});
  CHECK(b.found() > 0);
}

TEST_CASE("something_on_screen: who is stopping may show nothing until another document can be known") {
  for (const bool reachable : {false, true}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    b.truth.said.status = status::ChannelStatus::stopping;
    b.in(session::Tick{});
    b.truth.reachable = reachable;
    b.truth.said.status = status::ChannelStatus::playing;
    for (int i = 0; i < 80; ++i) {
      b.pass(1s);
      b.in(session::Tick{});
    }
    CHECK((b.found() > 0) == reachable);
  }
}

TEST_CASE("something_on_screen: who was enabled counts once a document says so") {
  const std::string document = Bench(something_on_screen).body;
  struct Case {
    int code;
    std::string body;
    bool told;
  };
  for (const Case& c : {Case{503, "", false}, Case{200, document, true}, Case{304, "", true}, Case{200, "", false}, Case{200, "{}", false},
                        Case{200, document.substr(0, document.size() / 2), false}}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    b.truth.lost = "a";
    b.truth.said.members[0].enabled = false;
    b.change();
    b.truth.said.members[0].enabled = true;
    b.change();
    b.ask(1, Purpose::status);
    b.body = c.body;
    b.answer(1, c.code);
    for (int i = 0; i < 80; ++i) {
      b.pass(1s);
      b.in(session::Tick{});
    }
    CHECK((b.found() > 0) == c.told);
  }
}

/// A viewing of A that begins so far behind live.
void begin_viewing(Bench& b, Duration behind) {
  b.out(loading::OpenSource{kA, Epoch{1}});
  b.out(session::StartPlayback{kA, {}});
  b.frame = (b.truth.at.time_since_epoch() - behind) / world::kFrame;
  b.show(kA, 2 * world::kFrame);
}

TEST_CASE("something_on_screen: a probe keeps the wait that was drawn before the settings changed") {
  for (const bool longer_before : {true, false}) {
    Bench b(something_on_screen);
    b.event(EventType::started, Reason::start, kA);
    b.show(kA, 1s);
    if (longer_before) b.truth.said.policy.probe_max_ms = 40'000;
    b.change();
    b.truth.said.policy.probe_max_ms = 8'000;
    b.change();
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.pass(40s);
    b.in(session::Tick{});
    CHECK((b.found() == 0) == longer_before);
    b.pass(40s);
    b.in(session::Tick{});
    CHECK(b.found() > 0);
  }
}

TEST_CASE("something_on_screen: a viewing that begins by the list that is there is placed by when that was asked for") {
  for (const Duration delivered : {Duration(2s), Duration(20s)}) {
    Bench b(something_on_screen);
    b.ask(1, Purpose::media_playlist, kA);
    b.answer(1, 200);
    b.pass(5s);
    b.truth.a_delivers_for = delivered;
    begin_viewing(b, 60s);
    CHECK((b.found() > 0) == (delivered == Duration(20s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins by the live offset that was said until another document can be known") {
  for (const Duration later : {Duration(1s), Duration(20s)}) {
    Bench b(something_on_screen);
    b.truth.said.policy.target_live_offset_ms = 30'000;
    b.change();
    b.truth.said.policy.target_live_offset_ms = 0;
    b.change();
    b.pass(later);
    begin_viewing(b, 30s);
    CHECK((b.found() > 0) == (later == Duration(20s)));
  }
}

TEST_CASE("something_on_screen: by a list from before it delivered a viewing may begin anywhere") {
  for (const Duration delivered : {Duration(100ms), Duration(5s)}) {
    Bench b(something_on_screen);
    b.truth.a_delivers_for = delivered;
    begin_viewing(b, 60s);
    CHECK((b.found() > 0) == (delivered == Duration(5s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins near the live edge") {
  for (const Duration behind : {Duration(6s), Duration(60s)}) {
    Bench b(something_on_screen);
    begin_viewing(b, behind);
    CHECK((b.found() > 0) == (behind == Duration(60s)));
  }
}

TEST_CASE("something_on_screen: a viewing begins with a segment, so with the one that covers the live offset") {
  for (const Duration behind : {Duration(15s), Duration(16500ms)}) {
    Bench b(something_on_screen);
    Policy policy;
    policy.target_live_offset_ms = 6'100;
    b.truth.settings.policy_override = policy;
    b.change();
    begin_viewing(b, behind);
    CHECK((b.found() > 0) == (behind > 16s));
  }
}

TEST_CASE("content_runs_forwards: no frame comes twice, none is missing") {
  for (const std::int64_t step : {0, -3, 5}) {
    Bench b(content_runs_forwards);
    b.truth.at += 1h;
    b.show(kA, 1s);
    b.frame += step;
    b.show(kB, 1s);
    CHECK((b.found() > 0) == (step != 0));
  }
}

TEST_CASE("switches_are_bounded: a forced switch has fresh evidence") {
  for (const bool failed : {true, false}) {
    Bench b(switches_are_bounded);
    b.event(EventType::started, Reason::start, kA);
    b.pass(100s);
    b.ask(1, Purpose::segment, kA);
    b.answer(1, failed ? 503 : 200);
    b.event(EventType::committed, Reason::http_error, kB);
    CHECK((b.found() == 0) == failed);
  }
}

TEST_CASE("switches_are_bounded: a failback waits, and comes no more than four times") {
  Bench b(switches_are_bounded);
  const auto away_and_back = [&](Duration wait) {
    b.ask(1, Purpose::segment, kA);
    b.answer(1, 503);
    b.event(EventType::committed, Reason::http_error, kB);
    b.pass(wait);
    b.event(EventType::committed, Reason::failback, kA, kB);
  };
  away_and_back(31s);
  CHECK(b.found() == 0);
  away_and_back(31s);  // the second failure doubles it
  CHECK(b.found() == 1);

  Bench often(switches_are_bounded);
  for (int i = 0; i < 4; ++i) often.event(EventType::committed, Reason::failback, kA, kB);
  CHECK(often.found() == 0);
  often.event(EventType::committed, Reason::failback, kA, kB);
  CHECK(often.found() == 1);
}

TEST_CASE("status_loss_is_harmless: no switch and no stop because the service is lost") {
  Bench b(status_loss_is_harmless);
  b.show(kA, 60s);
  b.truth.reachable = false;
  b.change();
  b.show(kA, 10s);
  CHECK(b.found() == 0);
  b.event(EventType::committed, Reason::input_loss, kB);
  CHECK(b.found() == 1);
  b.event(EventType::stopped, Reason::primary_stopped, kA);
  CHECK(b.found() == 2);
}

TEST_CASE("status_loss_is_harmless: a switch counts unless it comes of what was missed in a suspend") {
  for (const Duration awake : {Duration(15s), Duration(60s)}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.truth.awake = b.truth.at;
    b.show(kA, awake);
    b.event(EventType::committed, Reason::sequence_restart, kB);
    CHECK((b.found() == 1) == (awake == Duration(60s)));
  }
}

TEST_CASE("status_loss_is_harmless: a switch counts unless connections broke") {
  for (const bool broke : {true, false}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.show(kA, 60s);
    if (broke) {
      loading::FetchDone done;
      done.error = Error{ErrorCode::connection_reset, "reset"};
      b.in(done);
    }
    b.event(EventType::committed, Reason::reset, kB);
    CHECK((b.found() == 0) == broke);
  }
}

TEST_CASE("status_loss_is_harmless: a document that took its time tells of when it was asked for") {
  for (const Duration took : {Duration(25s), Duration(5s)}) {
    Bench b(status_loss_is_harmless);
    b.show(kA, 60s);
    b.truth.said.status = status::ChannelStatus::stopped;
    b.change();
    b.ask(1, Purpose::status);
    b.truth.said.status = status::ChannelStatus::playing;
    b.change();
    if (took < 25s) {
      b.pass(25s - took);
      b.ask(2, Purpose::status);
    }
    b.pass(took);
    b.answer(took < 25s ? 2 : 1, 200);
    b.event(EventType::stopped, Reason::primary_stopped, kA);
    CHECK((b.found() == 0) == (took == Duration(25s)));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the source has just been switched to") {
  for (const Duration shown : {Duration(2s), Duration(60s)}) {
    Bench b(status_loss_is_harmless);
    b.frame -= kBehindLive;
    b.show(kB, 60s);
    b.show(kA, shown);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK(b.found() == (shown == Duration(2s) ? 0u : 1u));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the live offset that is wanted holds no segment") {
  for (const std::int64_t offset_ms : {0, 2000, 6000}) {
    Bench b(status_loss_is_harmless);
    b.frame -= kBehindLive;
    b.truth.said.policy.target_live_offset_ms = offset_ms;
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK(b.found() == (offset_ms == 2000 ? 0u : 1u));
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless what is shown lags behind another one") {
  for (const Duration lag : {Duration(100ms), Duration(15s)}) {
    for (const SourceId shown : {kA, kB}) {
      Bench b(status_loss_is_harmless);
      b.frame -= kBehindLive;
      b.truth.lag_of_b = lag;
      b.show(shown, 60s);
      b.truth.reachable = false;
      b.change();
      b.in(session::Stalled{});
      CHECK(b.found() == (shown == kB && lag == Duration(15s) ? 0u : 1u));
    }
  }
}

TEST_CASE("status_loss_is_harmless: a stall counts unless the viewing began where there was no more of its list") {
  for (const bool listed : {true, false}) {
    Bench b(status_loss_is_harmless);
    if (listed) b.frame -= kBehindLive;
    b.show(kA, 60s);
    b.truth.reachable = false;
    b.change();
    b.in(session::Stalled{});
    CHECK((b.found() == 1) == listed);
  }
}

TEST_CASE("hedges_stay_in_budget: who waits cold is asked nothing, but for a hedge") {
  for (const bool hedged : {true, false}) {
    Bench b(hedges_stay_in_budget);
    b.pass(100s);
    b.show(kA, 1s);
    b.ask(1, Purpose::status);
    b.answer(1, 200);
    b.ask(2, Purpose::media_playlist, kB);
    if (hedged) b.event(EventType::hedge_started, Reason::input_loss, kB);
    b.turn();
    CHECK((b.found() == 0) == hedged);
  }
}

/// Hedges on suspicion, each given up after 1.5 MB.
void hedge_in_vain(Bench& b) {
  b.show(kA, 1s);
  for (std::uint64_t i = 1; i < 12; ++i) {
    b.ask(200 + i, Purpose::media_playlist, kA);  // its list moves on, so the loss is not declared
    loading::FetchDone list;
    list.id = RequestId{200 + i};
    list.status = 200;
    list.body = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + std::to_string(i) + ".ts\n";
    b.in(list);
    b.ask(100 + i, Purpose::segment, kA);
    b.turn();
    b.event(EventType::intent_to_fallback, Reason::input_loss, kA);
    b.event(EventType::hedge_started, Reason::input_loss, kB);
    b.ask(i, Purpose::segment, kB);
    loading::FetchDone done;
    done.id = RequestId{i};
    done.status = 200;
    done.body_bytes = 1'500'000;
    b.in(done);
    b.event(EventType::hedge_cancelled, Reason::none, kB);
    b.turn();
    if (i == 5) CHECK(b.found() == 0);
  }
}

TEST_CASE("hedges_stay_in_budget: hedges on suspicion cost at most their share") {
  Bench b(hedges_stay_in_budget);
  hedge_in_vain(b);
  CHECK(b.found() > 0);
}

TEST_CASE("hedges_stay_in_budget: a hedge to a member that is loaded in step costs nothing") {
  for (const bool hot : {true, false}) {
    Bench b(hedges_stay_in_budget);
    b.truth.said.members.push_back(b.truth.said.members.front());  // one of two is hot
    b.truth.said.members.back().src = "c";
    b.truth.said.policy.standby = Standby::hot;
    b.change();
    b.out(loading::OpenSource{kB, Epoch{1}, false});
    if (hot) b.out(session::StandBy{kB});
    hedge_in_vain(b);
    CHECK((b.found() == 0) == hot);
  }
}

/// Switches to B, and as soon as that is shown hedges with A, in vain. Meanwhile the segment of B that comes first was answered so,
/// while B was prepared or after.
void hedge_after_switch(Bench& b, bool prepared, const std::vector<int>& answers,
                        const std::optional<loading::SegmentClosed>& closed = std::nullopt) {
  b.show(kA, 1s);
  b.event(EventType::hedge_started, Reason::manual, kB);
  b.ask(1, Purpose::media_playlist, kB);
  b.body = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n";
  b.answer(1, 200);
  if (!prepared) b.event(EventType::committed, Reason::manual, kB);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    b.ask(10 + i, Purpose::segment, kB);
    b.answer(10 + i, answers[i]);
  }
  if (closed) b.in(*closed);
  if (prepared) b.event(EventType::committed, Reason::manual, kB);
  b.ask(20, Purpose::segment, kB);
  b.pass(100ms);
  b.event(EventType::switched, Reason::manual, kB);
  b.event(EventType::intent_to_fallback, Reason::http_error, kB, kB);
  b.show(kB, 200ms);
  b.event(EventType::hedge_started, Reason::http_error, kA, kB);
  b.ask(30, Purpose::segment, kA);
  loading::FetchDone done;
  done.id = RequestId{30};
  done.status = 200;
  done.body_bytes = 20'000'000;  // more than the share
  b.in(done);
  b.event(EventType::hedge_cancelled, Reason::none, kA, kB);
}

TEST_CASE("hedges_stay_in_budget: what failed of a source before the switch to it was seen is hard evidence as long as it did not come") {
  for (const bool prepared : {true, false}) {
    const auto passes = [prepared](const auto&... happened) {
      Bench b(hedges_stay_in_budget);
      hedge_after_switch(b, prepared, happened...);
      return b.found() == 0;
    };
    using Answers = std::vector<int>;
    CHECK(passes(Answers{500, 500}));
    CHECK(passes(Answers{403}));        // no quick retry
    CHECK_FALSE(passes(Answers{}));     // mere suspicion
    CHECK_FALSE(passes(Answers{500}));  // its quick retry may heal it
    CHECK_FALSE(passes(Answers{500, 500, 200}));
    loading::SegmentClosed closed;
    closed.source = kB;
    CHECK(passes(Answers{200}, closed));  // damaged
    closed.good = true;
    CHECK_FALSE(passes(Answers{200}, closed));
    closed.good = false;
    closed.source = kA;
    CHECK_FALSE(passes(Answers{200}, closed));
  }
}

TEST_CASE("requests_are_bounded: no more than twelve a second, and no gap") {
  Bench b(requests_are_bounded);
  for (int i = 0; i < 13; ++i) {
    b.checker->on_request({b.truth.at, "a.test", "x", Purpose::segment});
    b.pass(i < 12 ? 80ms : 0ms);
  }
  CHECK(b.found() == 1);
  b.checker->on_request({b.truth.at, "b.test", "gap", Purpose::segment});
  CHECK(b.found() == 2);
}

TEST_CASE("requests_are_bounded: Retry-After is waited for") {
  for (const Duration wait : {Duration(10s), Duration(9s)}) {
    Bench b(requests_are_bounded);
    b.ask(1, Purpose::segment, kA);
    b.answer(1, 503, 10s);
    b.pass(wait);
    b.ask(2, Purpose::segment, kA);
    CHECK((b.found() == 0) == (wait == Duration(10s)));
  }
}

TEST_CASE("polls_are_spread: polls in step are told, and such as come too soon") {
  for (const bool spread : {true, false}) {
    Bench b(polls_are_spread);
    for (std::uint64_t i = 1; i < 40; ++i) {
      b.ask(i, Purpose::status);
      b.answer(i, 304);
      b.pass(2s + (spread ? from_ms(static_cast<std::int64_t>(i * 37 % 600)) - 300ms : 0ms));
    }
    CHECK((b.found() == 0) == spread);
  }
  Bench b(polls_are_spread);
  b.ask(1, Purpose::status);
  b.answer(1, 304);
  b.pass(500ms);
  b.ask(2, Purpose::status);
  CHECK(b.found() == 1);
}

TEST_CASE("polls_are_spread: a poll at its ordinary time is no hastened one") {
  for (const Duration wait : {Duration(205ms), Duration(210ms)}) {
    Bench b(polls_are_spread);
    b.truth.said.policy.poll_ms = 258;  // 0.8 of it and a round trip are less than 250 ms
    b.change();
    b.ask(1, Purpose::status);
    b.pass(30ms);
    b.answer(1, 304);
    b.event(EventType::intent_to_fallback, Reason::http_error, kA);
    b.pass(wait);
    b.ask(2, Purpose::status);
    CHECK((b.found() == 0) == (wait == Duration(210ms)));
  }
}

TEST_CASE("one_switched_event: a commit, its splice, the switch, its event") {
  for (const int events : {0, 1, 2}) {
    Bench b(one_switched_event);
    b.show(kA, 1s);
    b.out(session::Splice{kB});
    b.event(EventType::committed, Reason::reset, kB);
    b.in(session::Switched{kA, kB, {}, {}, 0, 0});
    for (int i = 0; i < events; ++i) b.event(EventType::switched, Reason::reset, kB);
    b.show(kB, 1s);
    CHECK((b.found() == 0) == (events == 1));
  }
}

TEST_CASE("replays_alike: what the twin does not do is told") {
  Bench b(replays_alike);
  session::Session session(b.truth.settings);
  const session::Input tick = session::Tick{};
  b.in(tick);
  session.handle(tick, b.truth.at, b.truth.wall());
  for (;;) {
    const session::Output output = session.poll_output();
    b.out(output);
    if (std::holds_alternative<session::Deadline>(output)) break;
  }
  CHECK(b.found() == 0);
  b.in(tick);
  b.out(session::StopMedia{});
  CHECK(b.found() == 1);
}

TEST_CASE("nothing_remains: after the end no timer, after a stop no request for media") {
  for (const Instant at : {Instant::max(), Instant(2000s)}) {
    Bench b(nothing_remains);
    b.in(session::EndSession{});
    b.event(EventType::stopped, Reason::app, kA);
    b.out(session::Deadline{at, session::DeadlineReason::idle});
    CHECK((b.found() == 0) == (at == Instant::max()));
  }
  for (const bool cancelled : {true, false}) {
    Bench b(nothing_remains);
    b.ask(1, Purpose::segment, kA);
    b.event(EventType::stopped, Reason::primary_stopped, kA);
    if (cancelled) b.out(loading::CancelFetch{RequestId{1}});
    b.turn();
    CHECK((b.found() == 0) == cancelled);
  }
}

}  // namespace understudy::simulation
