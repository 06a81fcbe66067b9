// The members that wait: loading them from where they can take over, keeping them as ready as the controller wants, and learning
// how their content lies against what is shown (FAILOVER.md 6 and 7).
#include <algorithm>

#include "core/session/session.h"

namespace understudy::session {

namespace {
// A candidate loads from the segment that covers the splice point; 10 ms before it, FAILOVER.md 7.
constexpr Duration kSpliceSlack = from_ms(10);
// Sound of both sources for the same time, where their dates have not been compared yet: enough for an unambiguous match.
constexpr Duration kOverlap = from_ms(1500);
// Dates that are wrong by more than this are not looked for.
constexpr Duration kMaxSkew = std::chrono::seconds(12);
// A warm member's playlist: every few target durations, and no more than 2 % of what the source on the air costs.
constexpr int kWarmTargets = 4;
constexpr std::uint64_t kWarmPercent = 2;
constexpr Duration kWarmPrior = std::chrono::seconds(10);  // before any target duration is known
}  // namespace

// ---- placing --------------------------------------------------------------------------------------------------------------------

/// Begins to load a candidate or a hot member. Where it belongs is known with its playlist.
void Session::place(Member& m) {
  forget_buffer(m.id);
  m.monitor->reset(now_);
  m.placing = true;
  m.looked_back = m.placed_again = false;
  if (!m.skew_known) m.alignment = Member::Alignment::unknown;
  if (!shows() || !m.loader->settings().hls) return load(m, std::nullopt);
  if (can_place(m)) return load(m, take_over_from(m));
  m.loader->run_playlist(Duration::zero(), surroundings());
}

/// A hot member waits for the other one to have something; for a candidate there may be no time for that.
bool Session::can_place(const Member& m) const {
  return shows() && m.loader->has_playlist() && (shown_end() || candidate_ == m.id);
}

void Session::load(Member& m, std::optional<MediaTime> from) {
  m.placing = false;
  m.loader->run_media(from, surroundings());
  flush_commands();
  if (!shows()) return;  // beside a source that has not started: nothing to splice with
  if (candidate_ == m.id)
    outputs_.push_back(Prepare{m.id});
  else
    outputs_.push_back(StandBy{m.id});
}

/// The end of the good media of the source on the air.
std::optional<MediaTime> Session::shown_end() const {
  const SourceBuffer* active = controller_.active() ? buffer_of(*controller_.active()) : nullptr;
  return active != nullptr ? active->good_until : std::nullopt;
}

/// From which content time a member is to be loaded so that it can take over, and, as long as its dates have not been compared,
/// so that there is sound of both to compare. Without comparable dates the live edges are taken to be equal.
MediaTime Session::take_over_from(Member& m) {
  MediaTime from = shown_end().value_or(media_.playhead) - kSpliceSlack;
  if (known(m)) return from;
  const loading::SourceLoader& active = *group_[*controller_.active()].loader;
  // A list that went back, by whole segments, tells how far its packager is behind, and not where what is shown lies.
  const MediaTime listed = active.window().end + active.target_duration() / 2;
  const bool went_back = !active.window().empty() && listed < shown_end().value_or(media_.playhead);
  const auto here = went_back ? active.edge_distance_before() : active.edge_distance();
  const auto there = m.loader->edge_distance();
  from -= kOverlap;
  if (!here || !there) return from;
  // Good to a segment: a reload comes any time after the publication that it sees.
  const Duration lead = *here - *there;
  const Duration segment = m.loader->target_duration();
  if (!(active.dated() && m.loader->dated())) {
    if (!m.looked_back) m.loader->correct(lead);
    return from - segment - (m.looked_back ? segment : Duration::zero());
  }
  // Seemingly behind: it lags, or its dates are too early; then what is to be compared lies further back.
  Duration behind = std::max(-lead, Duration::zero());
  if (m.looked_back) behind += 2 * segment;
  return from - std::min(behind, kMaxSkew + 2 * segment);
}

bool Session::known(const Member& m) const {
  return m.alignment == Member::Alignment::measured || (m.skew_known && m.loader->dated());
}

/// What was loaded for a hedge is of use for this one too.
bool Session::still_covers(const Member& m) const {
  const SourceBuffer* buffer = buffer_of(m.id);
  const auto end = shown_end();
  return buffer != nullptr && buffer->good_until && end && *buffer->good_until + m.loader->target_duration() >= *end;
}

/// How long before the splice its preparation must begin. What is known of a member may be little or nothing, but it comes over the
/// same access as what is shown, so it is no faster than that; and until their dates were compared there is more to fetch.
Duration Session::to_prepare(const Member& m) const {
  const Duration by_itself = m.loader->to_prepare();
  const auto active = controller_.active();
  if (!shows() || active == m.id) return by_itself;
  const loading::SourceLoader& shown = *group_[*active].loader;
  loading::SourcePace::Steps steps = m.loader->steps_to_prepare();
  if (!known(m)) steps.segments += static_cast<int>((kOverlap - from_ms(1)) / std::max(shown.target_duration(), from_ms(1000))) + 1;
  return std::max(by_itself, shown.pace().longest(steps));
}

/// A member that lists more than what is shown, and whose bodies come in: of one that is large, or between two of them, there is nothing
/// more to be seen for a while.
Instant Session::comes_in_until(const Member& m) const {
  const auto end = shown_end();
  if (m.loader->level() != loading::SourceLoader::Level::media || (end && m.loader->window().end <= *end)) return {};
  if (m.loader->flows()) return Instant::max();
  const auto silent = m.loader->silent_since();
  return silent && m.loader->complete_until() ? *silent + kSilencePrior : Instant{};
}

/// By the rhythm of its list, seen at one of the reloads that come twice as often then, and loaded.
Instant Session::expected_by(const Member& m, Duration to_prepare) const {
  const loading::SourceLoader& loader = *m.loader;
  const bool has_all = loader.level() == loading::SourceLoader::Level::media && loader.has_playlist() && !loader.listed_since();
  const auto due = has_all && !loader.ended() && !m.monitor->stale(now_) ? loader.media_due() : std::nullopt;
  return due ? *due + loader.target_duration() / 2 + to_prepare : Instant{};
}

/// How long until the buffer has run down to what the preparation of another one takes; unset where there is no other, or nothing plays.
std::optional<Duration> Session::until_too_late(const Member& active) const {
  const SourceBuffer* buffer = buffer_of(active.id);
  std::optional<Duration> lead;
  for (const Member& m : group_.members())
    if (m.id != active.id && m.eligible() && m.loader) lead = std::max(lead.value_or(Duration::zero()), to_prepare(m));
  if (!lead || !media_.playing || buffer == nullptr || !buffer->good_until) return std::nullopt;
  return *buffer->good_until - media_.playhead - *lead - failover::kPrepareMargin - media_.output_latency;
}

/// A short window moves on while the buffer plays out: what the member has no more when it can be loaded. Both ends run with time,
/// so this is as long now as it will be then.
Duration Session::out_of_reach(const Member& m) const {
  if (!shows() || !lag_of(m)) return {};
  const MediaTime edge{now_.time_since_epoch() - *m.loader->edge_distance()};
  const MediaTime begin = edge - m.loader->window().length();
  return std::max(Duration::zero(), begin - media_.playhead + m.loader->to_prepare() + m.loader->target_duration());
}

// ---- standing by ----------------------------------------------------------------------------------------------------------------

void Session::carry_out(const failover::Stand& d) {
  Member& m = group_[d.source];
  if (!m.loader) return;
  if (d.watched && !m.watched) m.monitor->reset(now_);
  m.standby = d.level;
  m.watched = d.watched;
  apply_standing(m);
}

void Session::apply_standing(Member& m) {
  using Level = loading::SourceLoader::Level;
  const Level level = m.loader->level();
  if (m.standby == Standby::hot && m.loader->settings().hls) {
    if (level == Level::media)
      outputs_.push_back(StandBy{m.id});
    else
      resume_or_place(m);
    return;
  }
  m.placing = false;  // also of one that was to be hot and whose playlist has not come yet
  if (level == Level::held) return;  // until it is played past
  if (m.standby == Standby::cold && !m.watched) return close(m);
  if (level == Level::media) close_media(m);
  if (level == Level::off) m.monitor->reset(now_);  // nobody looked at it: its list did not stand still
  m.loader->run_playlist(m.watched ? Duration::zero() : warm_interval(m), surroundings());
}

void Session::resume_or_place(Member& m) {
  if (m.loader->level() != loading::SourceLoader::Level::held || !still_covers(m)) return place(m);
  m.loader->resume(surroundings());
  flush_commands();
  if (candidate_ == m.id)
    outputs_.push_back(Prepare{m.id});
  else
    outputs_.push_back(StandBy{m.id});
}

Duration Session::warm_interval(const Member& m) const {
  Duration interval = m.loader->has_playlist() ? kWarmTargets * m.loader->target_duration() : kWarmPrior;
  const std::uint64_t rate = controller_.active() ? group_[*controller_.active()].loader->byte_rate() : 0;
  if (rate > 0) {
    const auto seconds = m.loader->refresh_bytes() * 100 / (rate * kWarmPercent);
    interval = std::max<Duration>(interval, std::chrono::seconds(std::min<std::uint64_t>(seconds, 3600)));
  }
  return interval;
}

/// What is to be done for those that wait, as time passes.
void Session::tend_waiting(Member& m) {
  using Level = loading::SourceLoader::Level;
  if (m.placing && can_place(m)) load(m, take_over_from(m));
  if (m.loader->level() == Level::held) {
    const SourceBuffer* buffer = buffer_of(m.id);
    if (buffer == nullptr || !buffer->good_until || *buffer->good_until <= media_.playhead) {
      close_media(m);
      m.loader->stop();
      apply_standing(m);
    }
  }
  if (m.loader->level() == Level::playlist && m.standby == Standby::warm && !m.watched && !m.placing)
    m.loader->set_reload_interval(warm_interval(m));
}

// ---- alignment ------------------------------------------------------------------------------------------------------------------

void Session::on(const Aligned& aligned) {
  if (!knows(aligned.source) || controller_.active() != aligned.against || aligned.source == aligned.against) return;
  Member& m = group_[aligned.source];
  if (m.loader->level() != loading::SourceLoader::Level::media) return;
  if (!aligned.clear) {
    if (m.alignment != Member::Alignment::unknown) return;
    m.alignment = Member::Alignment::unclear;
    // Perhaps what was loaded is later than all that is buffered of the other one.
    if (m.looked_back || !shown_end() || known(m)) return;
    m.looked_back = true;
    m.alignment = Member::Alignment::unknown;
    return load(m, take_over_from(m));
  }
  m.alignment = Member::Alignment::measured;
  m.alignment_bound = aligned.error_bound;
  if (m.loader->dated()) m.skew_known = true;
  if (aligned.skew == Duration::zero()) return;
  m.loader->correct(aligned.skew);
  const auto end = shown_end();
  if (!end) return;
  // It was loaded from where the wrong dates said: what is there may begin too late, or far too early.
  const auto begin = m.loader->start_point();
  const auto complete = m.loader->complete_until();
  const bool too_late = begin && *begin > *end - kSpliceSlack;
  const bool far_behind = complete && *complete + 2 * m.loader->target_duration() < *end;
  if ((!too_late && !far_behind) || m.placed_again) return;
  m.placed_again = true;  // once: a source that has nothing newer would be loaded over and over
  load(m, take_over_from(m));
}

/// How much later a member publishes the same content than the source on the air; unset where that can't be compared.
std::optional<Duration> Session::lag_of(const Member& m) const {
  const auto active = controller_.active();
  if (!active || m.id == *active || !m.loader || !group_[*active].loader) return std::nullopt;
  const loading::SourceLoader& shown = *group_[*active].loader;
  const bool comparable = (shown.dated() && m.loader->dated()) || m.alignment == Member::Alignment::measured;
  const auto here = shown.edge_distance();
  const auto there = m.loader->edge_distance();
  // One look at a playlist does not tell a source that is late from one that has died.
  if (!comparable || !here || !there || !m.loader->publishes(now_)) return std::nullopt;
  return *there - *here;
}

/// The live offset that lets every known member take over unseen (FAILOVER.md 7). The segment that covers the splice is published
/// when it is whole, is seen by the next reload, and takes its time to come.
Duration Session::offset_for_lags() const {
  Duration needed{};
  for (const Member& m : group_.members()) {
    if (!m.eligible() || !lag_of(m)) continue;
    const Duration behind = wall_.time_since_epoch() - now_.time_since_epoch() + *m.loader->edge_distance();
    needed = std::max(needed, behind + 2 * m.loader->target_duration() + m.loader->to_prepare() + failover::kPrepareMargin);
  }
  return std::min(needed, from_ms(policy_.max_live_offset_ms));
}

/// Whether a member could be gone over to, and stayed with, at the live offset as it is: a segment after the newest one was seen the next
/// one is, and takes its time to come. Only where the offset is raised for it, and what it may not be raised for is not waited for.
bool Session::keeps_up(const Member& m) const {
  const auto active = controller_.active();
  if (!shows() || !active || !known(m) || !lag_of(m)) return true;
  const Duration behind = wall_.time_since_epoch() - now_.time_since_epoch() + *m.loader->edge_distance();
  const Duration needed = behind + m.loader->target_duration() + m.loader->to_prepare();
  const Duration raised = from_ms(policy_.max_live_offset_ms) - kOffsetTolerance;
  return wall_.time_since_epoch() - media_.playhead.time_since_epoch() >= std::min(needed, raised);
}

// ---- what it costs --------------------------------------------------------------------------------------------------------------

void Session::count_bytes(const Member& m, std::uint64_t media, std::uint64_t other) {
  media_bytes_ += media;
  if (controller_.active() == m.id || !shows()) {
    budget_.on_media(media, m.loader->byte_rate());
  } else if (candidate_ == m.id && m.standby != Standby::hot) {
    hedged_bytes_ += media + other;
    budget_.on_hedge(media + other);
  } else {
    standby_use_[static_cast<std::size_t>(m.standby)].bytes += media + other;
  }
}

void Session::count_time(Duration passed) {
  if (!shows()) return;
  for (const Member& m : group_.members())
    if (m.eligible() && controller_.active() != m.id) standby_use_[static_cast<std::size_t>(m.standby)].time += passed;
}

/// Bytes that one more hedge will cost, about. Who is tried is decided later, so the dearest counts; one of which nothing was loaded yet
/// is taken to be as the source on the air is.
std::uint64_t Session::hedge_cost() const {
  const auto active = controller_.active();
  if (!active || !group_[*active].loader) return 0;
  const auto cost = [](std::uint64_t byte_rate, Duration media) {
    return byte_rate * static_cast<std::uint64_t>(to_ms(media)) / 1000;
  };
  const loading::SourceLoader& shown = *group_[*active].loader;
  std::uint64_t dearest = cost(shown.byte_rate(), shown.target_duration() + kCandidateAhead);
  for (const Member& m : group_.members()) {
    if (m.id == *active || !m.eligible() || !m.loader || m.standby == Standby::hot) continue;
    const std::uint64_t rate = m.loader->byte_rate() > 0 ? m.loader->byte_rate() : shown.byte_rate();
    dearest = std::max(dearest, cost(rate, m.loader->target_duration() + kCandidateAhead));
  }
  return dearest;
}

}  // namespace understudy::session
