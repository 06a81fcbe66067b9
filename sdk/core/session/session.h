// The engine: one viewing of one channel. Sans-I/O and deterministic (STYLE.md 1). The whole contract:
//
//   Session session(config);
//   loop:
//     session.handle(input, now, wall);            // or Tick{} when the deadline has come
//     while (true) {
//       Output output = session.poll_output();     // carry it out, in order
//       if (auto* d = std::get_if<Deadline>(&output)) { wait until d->at or the next input; break; }
//     }
//
// Same config (with its seed) and same inputs give the same outputs, bit for bit, on every platform. An older `now` than the last
// one is read as the last one. One thread at a time.
//
// Requests: a Fetch is answered by exactly one FetchDone with its id, unless CancelFetch came first; late answers are ignored.
// Segment bodies go to the media pipeline, never here; the session sees FetchProgress and, from the pipeline, SegmentOpened and
// SegmentClosed. A failed segment is retried behind the bytes that arrived (SegmentTarget::resume_at) or ended by AbandonSegment.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/failover/controller.h"
#include "core/failover/hedge_budget.h"
#include "core/session/group.h"
#include "core/session/io.h"
#include "core/status/document.h"
#include "core/status/poller.h"
#include "understudy/config.h"
#include "understudy/player.h"

namespace understudy::session {

// How much a candidate loads behind the planned splice: what bridges the preparation of whatever comes next.
inline constexpr Duration kCandidateAhead = from_ms(1700);
// The live offset is left as it is where it is off by less.
inline constexpr Duration kOffsetTolerance = from_ms(600);

class Session {
 public:
  /// REQUIRES: validate(config).
  explicit Session(const SessionConfig& config);

  void handle(const Input& input, Instant now, WallTime wall);
  Output poll_output();

  // -- what a front end shows; derived, changes only in handle()
  PlayerState state() const;
  Card::Kind card() const;
  std::string announcement() const;
  std::optional<SourceId> on_air() const { return controller_.active(); }
  std::vector<SourceInfo> sources() const;
  std::uint64_t media_bytes() const { return media_bytes_; }
  std::uint64_t hedged_bytes() const { return hedged_bytes_; }
  /// By Standby: how long members waited at each level, summed over them, and what that cost.
  const std::array<StandbyUse, 3>& standby_use() const { return standby_use_; }
  int rate_ppm() const { return rate_ppm_; }
  /// True where the source's content time comes from its playlist's dates: then it is UTC.
  bool dated(SourceId source) const { return knows(source) && group_[source].loader->dated(); }

 private:
  // inputs (session_inputs.cpp)
  void on(const Tick&) {}
  void on(const loading::FetchDone& done);
  void on(const loading::FetchProgress& progress);
  void on(const loading::SegmentOpened& opened);
  void on(const loading::SegmentClosed& closed);
  void on(const MediaState& state);
  void on(const MediaDamaged& damaged);
  void on(const FirstFrame& frame);
  void on(const Switched& switched);
  void on(const Aligned& aligned);
  void on(const Stalled&);
  void on(const Resumed& resumed);
  void on(const PlayedOut& played);
  void on(const SetPaused& command);
  void on(const SwitchTo& command);
  void on(const EndSession&);

  // status (session_status.cpp)
  void begin();
  void poll_status();
  void on_status(const loading::FetchDone& done);
  void on_status_failed(const Error& error, bool final_answer);
  void adopt(status::StatusDocument document);
  void start_from_what_the_app_gave();
  void fetch_poster();

  // the turn (session.cpp)
  void turn();
  void follow_moves();
  void tick_loaders();
  void leave_out_hole(Member& member);
  void forget_lateness();
  failover::View view();
  failover::MemberView view_of(Member& member);
  bool ends_are_losses(const Member& member) const;
  bool has_something_new(const Member& member) const;
  bool network_is_down() const;
  bool shows() const;
  void steer_rate();
  Deadline deadline() const;
  loading::Surroundings surroundings() const;
  MediaTime live_edge_hint() const;
  void flush_commands();

  // decisions (session_decisions.cpp)
  void carry_out(const failover::GoOnAir& d);
  void carry_out(const failover::Hedge& d);
  void carry_out(const failover::CancelHedge& d);
  void carry_out(const failover::Commit& d);
  void carry_out(const failover::ShowPrelive& d);
  void carry_out(const failover::Probe& d);
  void carry_out(const failover::EndProbe& d);
  void carry_out(const failover::Stand& d);
  void carry_out(const failover::StopPlaying& d);
  void carry_out(const failover::AskStatus& d);
  void carry_out(const failover::Tell& d);
  void start_when_placed();

  // the members that wait (session_standby.cpp)
  void place(Member& member);
  void load(Member& member, std::optional<MediaTime> from);
  void resume_or_place(Member& member);
  void apply_standing(Member& member);
  void tend_waiting(Member& member);
  std::optional<MediaTime> shown_end() const;
  bool can_place(const Member& member) const;
  MediaTime take_over_from(Member& member);
  bool known(const Member& member) const;
  bool still_covers(const Member& member) const;
  Duration to_prepare(const Member& member) const;
  Instant comes_in_until(const Member& member) const;
  Instant expected_by(const Member& member, Duration to_prepare) const;
  std::optional<Duration> until_too_late(const Member& active) const;
  Duration out_of_reach(const Member& member) const;
  Duration warm_interval(const Member& member) const;
  std::optional<Duration> lag_of(const Member& member) const;
  Duration offset_for_lags() const;
  bool keeps_up(const Member& member) const;
  Duration offset_for_list(const loading::SourceLoader& loader) const;
  void count_bytes(const Member& member, std::uint64_t media, std::uint64_t other);
  void count_time(Duration passed);
  std::uint64_t hedge_cost() const;

  void note_alignment(Member& from, const Member& to);
  void close(Member& member);
  void close_media(Member& member);
  bool stands_before_hole(const Member& member) const;
  bool waits_before_hole(const Member& member) const;
  void close_left();
  void close_all();
  void end(Reason reason);
  void forget_buffer(SourceId source);

  void emit(Event event);
  Event event(EventType type, Reason reason) const;
  const SourceBuffer* buffer_of(SourceId source) const;
  bool knows(SourceId source) const;
  SourceState state_of(const Member& member) const;

  SessionConfig config_;
  Random random_;
  loading::Outbox outbox_;
  std::deque<Output> outputs_;
  Instant now_{};
  WallTime wall_{};
  bool begun_ = false;
  bool ended_ = false;

  status::Poller poller_;
  std::optional<status::StatusDocument> document_;
  std::string etag_;
  std::optional<RequestId> poll_request_;
  bool status_reachable_ = true;
  Instant last_poll_done_{};
  Instant poll_sent_{};
  Instant last_answer_{};  // of anybody: an HTTP status or a byte
  bool refused_ = false;  // unknown id or access denied, told once
  std::optional<RequestId> poster_request_;
  std::string poster_url_;

  Policy policy_;
  Group group_;
  failover::Controller controller_;
  std::optional<Reason> stop_reason_;  // what the last document says
  MediaState media_;
  std::optional<SourceId> starting_;  // GoOnAir was decided, StartPlayback waits for the source's start point
  Epoch started_in_{};                // of the last StartPlayback
  Reason on_air_reason_ = Reason::none;
  std::optional<SourceId> candidate_;
  std::optional<SourceId> leaving_;  // committed away from, and still shown
  // Left by a commit that was not seen yet, nor overtaken by a StartPlayback: where the new source begins anew behind a hole, its first
  // media may still be spliced in before that, and is told as any other switch.
  std::optional<SourceId> untold_switch_;
  Reason commit_reason_ = Reason::none;
  failover::Controller::LossTimes commit_times_;
  Alignment commit_alignment_ = Alignment::none;
  Duration commit_bound_{};
  Duration commit_buffer_{};
  Instant committed_at_{};
  Instant evidence_at_{};
  std::optional<MediaTime> shown_until_;  // of the last dated source that ran dry
  bool paused_ = false;
  bool played_out_ = false;  // the list ended and all of it was shown
  int rate_ppm_ = 0;
  std::optional<Duration> offset_goal_;
  std::uint64_t sequence_ = 0;
  std::uint64_t media_bytes_ = 0;
  std::uint64_t hedged_bytes_ = 0;
  std::array<StandbyUse, 3> standby_use_{};
  failover::HedgeBudget budget_;
  std::optional<MediaTime> start_at_;  // of what the source that goes on the air has loaded, only this and what follows is wanted
};

}  // namespace understudy::session
