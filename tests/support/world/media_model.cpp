#include "support/world/media_model.h"

#include <algorithm>

namespace understudy::world {

namespace {
// The promises of media/pipeline.h and of its splice planning.
constexpr Duration kKeptBehind = std::chrono::seconds(20);
constexpr int kMatch = 25;  // frames that both sources must have for a measurement
constexpr Duration kSpliceLead = from_ms(100);
constexpr Duration kSpliceMargin = from_ms(10);
constexpr Duration kStallAfter = from_ms(50);
constexpr Duration kResumeWith = from_ms(250);
constexpr Duration kOutputLatency = from_ms(40);
constexpr Duration kTolerance = kFrame / 2;
constexpr std::int64_t kMillion = 1'000'000;
constexpr int kDecodedAhead = 3;  // frames from the splice on before it counts as ready
constexpr std::size_t kMaxDamages = 64;
}  // namespace

// ---- sources --------------------------------------------------------------------------------------------------------------------

std::optional<MediaTime> MediaModel::Source::first_access() const {
  for (const Frame& frame : frames_)
    if (frame.key && !frame.damaged) return frame.at;
  return std::nullopt;
}

std::optional<MediaTime> MediaModel::Source::arrived_until() const {
  if (frames_.empty()) return std::nullopt;
  return frames_.back().at + kFrame;
}

void MediaModel::Source::put(const Frame& frame, MediaTime segment) {
  const bool at_end = frames_.empty() || frame.at > frames_.back().at;
  frames_.put(frame);
  if (!at_end)
    good_.reset();
  else if (good_ && frames_.back().good && frame.at <= good_->end + kTolerance)
    good_->end = frame.at + kFrame;
  if (!frame.damaged || (!damages_.empty() && damages_.back().segment == segment)) return;
  damages_.push_back({segment, frame.at});
  if (damages_.size() > kMaxDamages) damages_.erase(damages_.begin());
}

void MediaModel::Source::shift(Duration by) {
  frames_.shift(by);
  for (Damage& damage : damages_) damage = {damage.segment + by, damage.at + by};
  good_.reset();
}

void MediaModel::Source::forget_before(MediaTime at) {
  frames_.forget_before(at);
  const auto old = [&](const Damage& damage) { return damage.at < at; };
  damages_.erase(std::remove_if(damages_.begin(), damages_.end(), old), damages_.end());
}

std::optional<MediaTime> MediaModel::Source::good_until(MediaTime from) const {
  if (good_ && from >= good_->begin && from + kTolerance < good_->end) return good_->end;
  const auto after = frames_.upper_bound(from + kTolerance);
  auto it = after;
  while (it != frames_.begin() && !std::prev(it)->good) --it;
  if (it != frames_.begin()) {
    --it;
    if (it->at + kFrame + kTolerance < from) return it->at + kFrame;
  } else {
    for (it = after; it != frames_.end() && !it->good;) ++it;
    if (it == frames_.end()) return std::nullopt;
  }
  good_ = Run{std::max(from, it->at), it->at + kFrame};
  for (++it; it != frames_.end() && it->good && it->at <= good_->end + kTolerance; ++it) good_->end = it->at + kFrame;
  return good_->end;
}

std::optional<MediaTime> MediaModel::Source::trusted_until(MediaTime from) const {
  auto end = good_until(from);
  if (!end) return end;
  const MediaTime good = *end;
  for (const Damage& damage : damages_)
    if (damage.segment < good && good <= damage.at) end = std::min(*end, damage.segment);
  return end;
}

bool MediaModel::Source::segment_open() const {
  return std::any_of(segments.begin(), segments.end(), [](const Segment& s) { return !s.closed; });
}

const MediaModel::SourcePtr& MediaModel::find(SourceId id) const {
  static const SourcePtr kNone;
  const auto it = sources_.find(id);
  return it == sources_.end() ? kNone : it->second;
}

MediaModel::SourcePtr MediaModel::find(SourceId id, Epoch epoch) const {
  const SourcePtr& source = find(id);
  return source && source->epoch == epoch ? source : nullptr;
}

void MediaModel::open(SourceId id, Epoch epoch) {
  touched_ = true;
  auto fresh = std::make_shared<Source>();
  fresh->id = id;
  fresh->epoch = epoch;
  const SourcePtr old = find(id);
  sources_[id] = fresh;
  if (old && old == on_air_ && !started_) on_air_ = fresh;
  if (start_ && start_->source == id) start(id, start_->from);
}

void MediaModel::close(SourceId id) {
  touched_ = true;
  if (transition_ && transition_->to == find(id)) {
    transition_.reset();
    locked_ = false;
  }
  candidates_.erase(id);
  if (wanted_ == id) wanted_.reset();
  sources_.erase(id);
}

void MediaModel::append(const loading::SegmentTarget& target, const SegmentContent& content, std::int64_t received,
                        bool complete) {
  const SourcePtr source = find(target.source, target.epoch);
  if (!source) return;
  auto it = std::find_if(source->segments.begin(), source->segments.end(),
                         [&](const Segment& s) { return s.target.msn == target.msn && !s.closed; });
  if (it == source->segments.end()) {
    source->segments.push_back({target, content, 0, 0, false, false});
    it = source->segments.end() - 1;
    facts_.push_back(loading::SegmentOpened{target.source, target.epoch, target.stream, target.msn, MediaTime(content.first_pts)});
  }
  it->arrived = static_cast<int>(content.frames * received / std::max<std::int64_t>(1, content.bytes));
  place(*source);
  if (complete) close_segment(*source, *it, true);
}

void MediaModel::abandon(const loading::SegmentTarget& target) {
  const SourcePtr source = find(target.source, target.epoch);
  if (!source) return;
  for (Segment& segment : source->segments)
    if (segment.target.msn == target.msn && !segment.closed) return close_segment(*source, segment, false);
}

void MediaModel::close_segment(Source& source, Segment& segment, bool whole) {
  segment.closed = true;
  segment.whole = whole;
  loading::SegmentClosed closed{source.id, source.epoch, segment.target.stream, segment.target.msn, whole, std::nullopt};
  if (!whole) closed.error = Error{ErrorCode::body_truncated, "truncated"};
  if (whole && segment.content.corrupt) {
    closed.good = false;
    closed.error = Error{ErrorCode::bad_media, "damaged access units"};
  }
  facts_.push_back(closed);
  place(source);
}

void MediaModel::end_of_stream(SourceId id, Epoch epoch) {
  touched_ = true;
  if (const SourcePtr source = find(id, epoch)) source->ended = true;
}

void MediaModel::anchor(SourceId id, Epoch epoch, std::int64_t discontinuity_sequence, Duration offset) {
  const SourcePtr source = find(id, epoch);
  if (!source) return;
  const auto known = source->anchors.find(discontinuity_sequence);
  touched_ = true;
  const bool fixed = source == on_air_ || (locked_ && transition_->to == source);
  if (known != source->anchors.end() && !fixed) {
    const Duration by = offset - known->second;
    source->shift(by);
    if (source->told_skew) *source->told_skew += by;  // what was told is known to have moved
    source->compared = false;
  }
  source->anchors[discontinuity_sequence] = offset;
  place(*source);
}

/// Puts what arrived where its anchor says; without one it waits.
void MediaModel::place(Source& source) {
  touched_ = true;
  for (Segment& segment : source.segments) {
    const auto anchor = source.anchors.find(segment.target.discontinuity_sequence);
    if (anchor == source.anchors.end()) break;
    const SegmentContent& c = segment.content;
    // An access unit is known to be whole when the next one begins; of a body that broke off the last one is dropped.
    const bool whole = segment.closed && segment.whole;
    const int until = whole ? segment.arrived : std::max(segment.placed, segment.arrived - 1);
    const MediaTime begin = MediaTime(c.first_pts + anchor->second);
    if (segment.placed < until) source.compared = false;
    for (; segment.placed < until; ++segment.placed) {
      const int k = segment.placed;
      source.put({begin + k * kFrame, c.first_frame + k, k % c.gop == 0, c.corrupt && k >= c.frames / 2}, begin);
    }
  }
  source.segments.erase(std::remove_if(source.segments.begin(), source.segments.end(),
                                       [](const Segment& s) { return s.closed && (s.placed >= s.arrived - 1); }),
                        source.segments.end());
}

// ---- what is shown --------------------------------------------------------------------------------------------------------------

void MediaModel::start(SourceId source, MediaTime from) {
  touched_ = true;
  wanted_.reset();
  candidates_.erase(source);
  start_ = Start{source, from};
  const SourcePtr found = find(source);
  if (!found) return;
  start_.reset();
  put_on_air(found, from);
}

void MediaModel::put_on_air(const SourcePtr& source, MediaTime from) {
  on_air_ = source;
  candidates_.erase(source->id);
  from_ = from;
  transition_.reset();
  changed_from_.reset();
  last_.reset();
  dry_since_.reset();
  started_ = stalled_ = played_out_ = locked_ = false;
}

void MediaModel::cancel(SourceId candidate) {
  if (wanted_ != candidate) candidates_.erase(candidate);
}

void MediaModel::splice(SourceId to) {
  if (wanted_ == to || (on_air_ && on_air_->id == to)) return;
  touched_ = true;
  wanted_ = to;
  candidates_.insert(to);
  if (!locked_) transition_.reset();
}

void MediaModel::stop() {
  wanted_.reset();
  start_.reset();
  on_air_.reset();
  transition_.reset();
  last_.reset();
  dry_since_.reset();
  started_ = stalled_ = picture_ = locked_ = false;
}

void MediaModel::set_paused(bool paused) {
  if (paused == paused_) return;
  touched_ = true;
  paused_ = paused;
  dry_since_.reset();
  if (last_) last_->at = now_;  // the pause is no gap
  set_clock(playhead_);
}

void MediaModel::set_rate_ppm(int ppm) {
  set_clock(playhead_);
  rate_ppm_ = ppm;
}

/// The newer epoch of the source on the air.
const MediaModel::SourcePtr& MediaModel::continuation() const {
  static const SourcePtr kNone;
  const SourcePtr& newest = on_air_ ? find(on_air_->id) : kNone;
  return newest != on_air_ ? newest : kNone;
}

std::optional<MediaTime> MediaModel::good_end() const {
  if (!on_air_) return std::nullopt;
  auto end = on_air_->good_until(playhead_);
  const auto continue_with = [&](const SourcePtr& next) {
    const auto first = next ? next->first_access() : std::nullopt;
    const MediaTime from = end.value_or(playhead_);
    if (!first || *first > from + kFrame) return;
    const auto continued = next->good_until(from);
    if (continued && *continued > from) end = continued;
  };
  if (locked_ && transition_->to->id == on_air_->id) continue_with(transition_->to);
  continue_with(continuation());
  return end;
}

MediaModel::Plan MediaModel::plan_until(const SourcePtr& candidate, MediaTime good_end) const {
  const Frames& frames = candidate->frames();
  const auto last_access = [&](MediaTime first, MediaTime last) -> std::optional<MediaTime> {
    for (auto it = frames.upper_bound(last); it != frames.begin();) {
      --it;
      if (it->at < first) break;
      if (it->key && it->good) return it->at;
    }
    return std::nullopt;
  };
  const MediaTime playhead = this->playhead();
  if (const auto point = last_access(playhead + kSpliceLead + Duration(1), good_end - kSpliceMargin))
    return {candidate, *point, *point, true};
  Plan plan{candidate, std::max(good_end, playhead), {}, true};
  plan.enter = plan.leave;
  if (const auto before = last_access(MediaTime::min(), plan.leave + kTolerance)) {
    const auto until = candidate->good_until(std::max(*before, plan.leave));
    if (until && *until > plan.leave + kTolerance) return plan;
  }
  for (auto it = frames.lower_bound(plan.leave + kTolerance); it != frames.end(); ++it) {
    if (!it->key || !it->good) continue;
    plan.enter = it->at;
    return plan;
  }
  plan.covered = false;
  return plan;
}

/// Against all of the good media on the air; but where the candidate has the whole of a segment that was found damaged, nothing of
/// that one is needed.
MediaModel::Plan MediaModel::plan_for(const SourcePtr& candidate) const {
  if (!started_) return plan_until(candidate, playhead());
  const auto end = good_end();
  const auto trusted = on_air_->trusted_until(playhead_);
  if (end && trusted && trusted < end && playhead_ + kSpliceLead < *trusted) {
    const Plan plan = plan_until(candidate, *trusted);
    if (plan.covered && plan.enter == plan.leave) return plan;
  }
  return plan_until(candidate, end.value_or(playhead_));
}

bool MediaModel::ready(const Plan& plan) const {
  if (!plan.covered) return false;
  const auto until = plan.to->good_until(plan.enter);
  const int frames = until ? static_cast<int>((*until - plan.enter + kTolerance) / kFrame) : 0;
  return frames >= kDecodedAhead || (frames > 0 && !plan.to->segment_open());
}

void MediaModel::choose_transition() {
  if (wanted_ && on_air_->id == *wanted_) wanted_.reset();
  const SourcePtr& candidate = wanted_ ? find(*wanted_) : continuation();
  if (!started_) {  // nothing was shown yet: the splice is a start
    if (!wanted_ || !candidate) return;
    const Plan plan = plan_for(candidate);
    if (plan.covered) put_on_air(SourcePtr(candidate), plan.enter);
    return;
  }
  if (locked_) return;
  transition_.reset();
  if (!candidate) return;
  const auto own_end = on_air_->good_until(playhead_);
  const SourcePtr& next = continuation();
  Plan plan = wanted_ ? plan_for(candidate) : Plan{};
  // The splice lies in the newer epoch of the source on the air: that must come first.
  const bool beyond = wanted_ && own_end && plan.leave > *own_end + kTolerance;
  if (next && (!wanted_ || beyond)) plan = plan_until(next, own_end.value_or(playhead_));
  if (plan.to == next && !plan.covered) return;  // a newer epoch that has nothing yet does not end the older one
  // A newer epoch behind a hole waits until the older one is shown: another source may have what lies between. What a stall has left of
  // the older one is not shown before more comes, and nothing will.
  const bool early = plan.to == next && !stalled_ && plan.enter > plan.leave + kTolerance && playhead_ < plan.leave - kFrame;
  locked_ = !early && ready(plan);
  transition_ = std::move(plan);
}

// ---- running --------------------------------------------------------------------------------------------------------------------

std::optional<MediaTime> MediaModel::limit() const {
  const auto arrived = on_air_->arrived_until();
  if (!transition_) return arrived;
  return locked_ || !arrived ? transition_->leave : std::min(*arrived, transition_->leave);
}

void MediaModel::iterate(Instant now) {
  if (touched_) step();
  for (Instant due = next_deadline(); due <= now; due = next_deadline()) {
    if (quiet()) show_until(std::min(now, next_fact() - Duration(1)));
    run_to(std::max(now_, due));
    step();
  }
  run_to(std::max(now, now_));
}

/// One picture follows the other and nothing else can happen before next_fact().
bool MediaModel::quiet() const {
  return started_ && !paused_ && !stalled_ && !dry_since_ && !touched_ && !wanted_ && !transition_ && !changed_from_ && !continuation();
}

/// What steps would show, with less ado.
void MediaModel::show_until(Instant until) {
  const Frames& frames = on_air_->frames();
  for (auto it = frames.upper_bound(playhead_); it != frames.end(); ++it) {
    const Instant due = reaches(it->at);
    if (due > until) return;
    now_ = due;
    playhead_ = position(due);
    if (it->good && it->at > last_->content_time + kTolerance) show(*it);
  }
}

/// What follows at this instant from what is there.
void MediaModel::step() {
  const bool touched = std::exchange(touched_, false);
  if (!on_air_) return;
  choose_transition();
  if (!started_) begin();
  if (!started_) return;
  if (touched) compare();
  choose_transition();
  if (paused_) return;
  if (const auto end = limit(); end && playhead_ > *end) set_clock(*end);
  watch_for_stall();
  present();
  if (touched) forget_old();
}

void MediaModel::skip_to(Instant now) {
  now_ = now;
  set_clock(playhead_);
}

void MediaModel::set_clock(MediaTime at) {
  playhead_ = clock_base_ = at;
  clock_since_ = now_;
}

void MediaModel::run_to(Instant now) {
  now_ = now;
  if (!on_air_ || !started_ || paused_ || stalled_) return set_clock(playhead_);
  playhead_ = position(now);
  if (const auto end = limit(); end && playhead_ > *end) set_clock(*end);
}

/// Exact to the nanosecond, so that reaches() is its inverse; in two parts, so that nothing overflows.
MediaTime MediaModel::position(Instant now) const {
  const Duration elapsed = now - clock_since_;
  if (rate_ppm_ == 0) return clock_base_ + elapsed;
  const Duration whole = elapsed / kMillion * (kMillion + rate_ppm_);
  return clock_base_ + whole + elapsed % kMillion * (kMillion + rate_ppm_) / kMillion;
}

/// The first instant at which the playhead is there, later than now.
Instant MediaModel::reaches(MediaTime at) const {
  const Duration ahead = at - clock_base_;
  if (rate_ppm_ == 0) return std::max(clock_since_ + ahead, now_ + Duration(1));
  const std::int64_t speed = kMillion + rate_ppm_;
  const Duration whole = ahead / speed * kMillion;
  const Duration rest = (ahead % speed * kMillion + Duration(speed - 1)) / speed;
  return std::max(clock_since_ + whole + rest, now_ + Duration(1));
}

/// Candidates to which something came are compared with what is on the air.
void MediaModel::compare() {
  if (!has_sound) return;
  for (const SourceId id : candidates_) {
    const SourcePtr source = find(id);
    if (!source || source == on_air_ || (source->compared && on_air_->compared)) continue;
    measure(*source);
    source->compared = true;
  }
  on_air_->compared = true;
}

/// What the sound of both would tell: where the same content lies in either source, given a second of it in both.
void MediaModel::measure(Source& candidate) {
  const auto ascends = [](const Frames& frames) {
    return std::is_sorted(frames.begin(), frames.end(), [](const Frame& a, const Frame& b) { return a.number < b.number; });
  };
  int common = 0;
  Duration skew{};
  if (ascends(on_air_->frames()) && ascends(candidate.frames())) {
    auto here = on_air_->frames().begin();
    for (const Frame& frame : candidate.frames()) {
      while (here != on_air_->frames().end() && here->number < frame.number) ++here;
      if (here == on_air_->frames().end() || here->number != frame.number) continue;
      ++common;
      skew = frame.at - here->at;
    }
  } else {  // an encoder that went back
    std::map<std::int64_t, MediaTime> numbered;
    for (const Frame& frame : on_air_->frames()) numbered.emplace(frame.number, frame.at);
    for (const Frame& frame : candidate.frames()) {
      const auto same = numbered.find(frame.number);
      if (same == numbered.end()) continue;
      ++common;
      skew = frame.at - same->second;
    }
  }
  tell(candidate, common, static_cast<int>(candidate.frames().end() - candidate.frames().begin()), skew);
}

void MediaModel::tell(Source& candidate, int common, int all, Duration skew) {
  if (common >= kMatch && candidate.told_skew != skew) {
    candidate.told_skew = skew;
    facts_.push_back(session::Aligned{candidate.id, on_air_->id, true, skew, from_ms(1)});
  } else if (common < kMatch && all >= kMatch * 3 / 2 && !candidate.told_unclear && !candidate.told_skew) {
    candidate.told_unclear = true;
    facts_.push_back(session::Aligned{candidate.id, on_air_->id, false, {}, {}});
  }
}

/// The wanted place is here, or the first later one that can be decoded.
void MediaModel::begin() {
  for (auto it = on_air_->frames().lower_bound(from_ - kTolerance); it != on_air_->frames().end(); ++it) {
    if (!it->good) continue;
    started_ = true;
    set_clock(it->at);
    show(*it);
    facts_.push_back(session::FirstFrame{on_air_->id, it->at});
    return;
  }
}

void MediaModel::watch_for_stall() {
  const auto end = limit();
  if (locked_ && playhead_ >= transition_->leave) return change();
  if (!end) return;
  const Duration left = *end - playhead_;
  const bool ended = on_air_->ended && !transition_;
  if (left <= Duration::zero() && !ended) {
    if (!dry_since_) dry_since_ = now_;
    if (!stalled_ && now_ - *dry_since_ >= kStallAfter) {
      stalled_ = true;
      facts_.push_back(session::Stalled{});
    }
    return;
  }
  if (left <= Duration::zero() && !played_out_ && !transition_) {
    played_out_ = true;
    facts_.push_back(session::PlayedOut{on_air_->id});
  }
  if (stalled_) {
    if (left < kResumeWith && !on_air_->ended && !locked_) return;
    stalled_ = false;
    facts_.push_back(session::Resumed{now_ - *dry_since_});
  }
  dry_since_.reset();
}

void MediaModel::change() {
  const Plan plan = *transition_;
  transition_.reset();
  locked_ = false;
  if (plan.to->id != on_air_->id) changed_from_ = on_air_->id;
  on_air_ = plan.to;
  candidates_.erase(plan.to->id);
  if (wanted_ == plan.to->id) wanted_.reset();
  set_clock(plan.enter);
  played_out_ = false;
  if (stalled_) facts_.push_back(session::Resumed{now_ - *dry_since_});
  stalled_ = false;
  dry_since_.reset();
}

void MediaModel::present() {
  auto it = on_air_->frames().upper_bound(playhead_);
  if (it == on_air_->frames().begin()) return;
  --it;
  if (!it->good || (last_ && it->at <= last_->content_time + kTolerance)) return;
  show(*it);
}

void MediaModel::show(const Frame& frame) {
  const Shown shown{now_, on_air_->id, frame.number, frame.at};
  if (changed_from_) {
    session::Switched switched{*changed_from_, on_air_->id, frame.at, {}, 0, 0};
    if (last_) {
      switched.gap = std::max(Duration::zero(), now_ - last_->at - kFrame);
      const Duration step = frame.at - last_->content_time - kFrame;
      const std::int64_t frames = (step + (step < Duration::zero() ? -kTolerance : kTolerance)) / kFrame;
      switched.frames_lost = std::max<std::int64_t>(0, frames);
      switched.frames_repeated = std::max<std::int64_t>(0, -frames);
    }
    facts_.push_back(switched);
    changed_from_.reset();
  }
  last_ = shown;
  picture_ = true;
  shown_now_.push_back(shown);
}

void MediaModel::forget_old() {
  for (auto& [id, source] : sources_) source->forget_before(playhead_ - kKeptBehind);
}

void MediaModel::take_shown(std::vector<Shown>& out, Instant until) {
  auto end = shown_now_.begin();
  while (end != shown_now_.end() && end->at < until) ++end;
  out.assign(shown_now_.begin(), end);
  shown_now_.erase(shown_now_.begin(), end);
}

Instant MediaModel::next_deadline() const {
  if (touched_) return now_;
  if (!on_air_ || !started_ || paused_ || stalled_) return Instant::max();
  return std::min(next_fact(), next_picture());
}

Instant MediaModel::next_picture() const {
  const auto frame = on_air_->frames().upper_bound(playhead_);
  return frame == on_air_->frames().end() ? Instant::max() : reaches(frame->at);
}

Instant MediaModel::next_fact() const {
  if (touched_) return now_;
  if (!on_air_ || !started_ || paused_ || stalled_) return Instant::max();
  const SourcePtr& next_epoch = continuation();
  const bool changes = changed_from_ || (!locked_ && (wanted_ || (next_epoch && !next_epoch->frames().empty())));
  const Instant next = changes ? next_picture() : Instant::max();
  const auto end = limit();
  if (!end) return next;
  if (dry_since_) return std::min(next, *dry_since_ + kStallAfter);
  return played_out_ && !locked_ ? next : std::min(next, reaches(*end));
}

void MediaModel::describe(session::MediaState& state) const {
  state.stalled = stalled_;
  state.playing = started_ && !stalled_ && !paused_;
  state.playhead = playhead();
  state.output_latency = kOutputLatency;
  const auto end = started_ ? good_end() : std::nullopt;
  state.sources.clear();
  for (const auto& [id, source] : sources_) {
    session::SourceBuffer buffer;
    buffer.source = id;
    if (on_air_ && on_air_->id == id && started_) {
      buffer.good_until = end;
    } else {
      if (const auto first = source->first_access()) buffer.good_until = source->good_until(*first);
      if (on_air_ && on_air_->id != id && candidates_.count(id) != 0) {
        const Plan plan = plan_for(source);
        buffer.planned_splice = plan.enter;
        buffer.splice_ready = ready(plan);
      }
    }
    state.sources.push_back(buffer);
  }
}

}  // namespace understudy::world
