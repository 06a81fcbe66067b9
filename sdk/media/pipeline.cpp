#include "media/pipeline.h"

#include <algorithm>
#include <map>
#include <set>

#include "media/aligner.h"
#include "media/direct_source.h"
#include "media/programme.h"
#include "media/sample_time.h"

namespace understudy::media {
namespace {

// Decoding per iterate(), in macroblocks: about 4 ms of a current core, and more where the screen would run dry.
constexpr int kWorkPerCall = 6'000;
constexpr int kWorkWhenDry = 4 * kWorkPerCall;
constexpr int kAudioPacketsPerCall = 60;
// Sound of a candidate that must be there before it goes on the air, and how long its picture waits for it.
constexpr Duration kSoundReady = std::chrono::milliseconds(40);
constexpr Duration kSoundGrace = std::chrono::milliseconds(200);
constexpr std::size_t kPicturesReady = 3;
// Readers of direct sources can't wake the caller.
constexpr Duration kDirectPoll = std::chrono::milliseconds(10);

container::BodyEnd to_container(Pipeline::BodyEnd end) {
  return end == Pipeline::BodyEnd::complete ? container::BodyEnd::complete : container::BodyEnd::truncated;
}

const char* name_of(container::Codec codec) {
  switch (codec) {
    case container::Codec::h264: return "h264";
    case container::Codec::hevc: return "hevc";
    case container::Codec::aac: return "aac";
    case container::Codec::mp3: return "mp3";
    case container::Codec::ac3: return "ac3";
    case container::Codec::eac3: return "eac3";
    case container::Codec::opus: return "opus";
    case container::Codec::flac: return "flac";
    default: return "unknown";
  }
}

}  // namespace

struct Pipeline::Impl {
  Impl(VideoSink& video, AudioSink& audio, const PipelineLimits& bounds)
      : limits(bounds), device(audio.format()), audio_sink(audio), programme(video, audio, counters, facts) {}

  using SourcePtr = std::shared_ptr<Source>;

  SourcePtr find(SourceId id) const {
    const auto at = sources.find(id);
    return at == sources.end() ? nullptr : at->second;
  }
  SourcePtr find(SourceId id, Epoch epoch) const {
    SourcePtr source = find(id);
    return source && source->epoch() == epoch ? source : nullptr;
  }
  /// The newer epoch of the source on the air, where there is one.
  SourcePtr continuation() const {
    const SourcePtr& on_air = programme.on_air();
    SourcePtr newest = on_air ? find(on_air->id()) : nullptr;
    return newest != on_air ? newest : nullptr;
  }
  bool on_air(SourceId id) const { return programme.on_air() && programme.on_air()->id() == id; }

  std::optional<MediaTime> good_end() const;
  std::optional<SplicePlan> plan_for(const Source& candidate, std::optional<MediaTime> until) const;
  std::optional<SplicePlan> plan_for(const Source& candidate) const;
  bool ready(const Source& candidate, const SplicePlan& plan) const;
  SourceBuffer describe(SourceId id, const Source& source) const;

  /// Those that are prepared or stand by and are not on the air.
  Aligner::Sources beside() const;
  /// The splice to it is under way: it is treated as the one on the air.
  bool fixed(const Source& source) const { return programme.locked() && programme.changing_to() == &source; }
  void raise(SourceId id);

  void start_when_open();
  void receive();
  void follow_wanted();
  void pump_direct();
  void choose_transition();
  void prepare_candidates();
  void decode();
  int decode_video(Source& source, int budget);
  void decode_audio(Source& source);
  void align();
  void observe_speed();
  void hand_out_held(Source& source, bool urgent);
  bool work_pending() const;
  void release();

  PipelineLimits limits;
  AudioFormat device;
  AudioSink& audio_sink;
  Counters counters;
  Source::Facts facts;
  std::map<SourceId, SourcePtr> sources;
  std::set<SourceId> candidates;
  std::set<SourceId> standing;  // by; none of them is a candidate
  struct Direct {
    std::weak_ptr<Source> source;  // of the epoch that it was opened for
    std::unique_ptr<DirectSource> reader;
  };
  std::map<SourceId, Direct> direct;
  std::optional<SourceId> wanted;  // splice() was called for it
  struct Start {
    SourceId source{};
    MediaTime from{};
  };
  std::optional<Start> start;
  bool pictures_wanted = true;
  Programme programme;
  Aligner aligner{facts};
  Instant last_now{};
  int work_left = kWorkPerCall;
  Instant aligned_at = Instant::min();
};

// ---- planning
// -----------------------------------------------------------------------------------------------------------------

/// The end of the good media on the air, newer epochs of it that continue it included: the newest, and before that the one that it
/// changes to already, which may be between the two.
std::optional<MediaTime> Pipeline::Impl::good_end() const {
  const SourcePtr& current = programme.on_air();
  if (!current) return std::nullopt;
  const MediaTime playhead = programme.playhead(last_now);
  auto end = current->good_until(playhead);
  const auto continue_with = [&](const Source* next) {
    const auto first = next != nullptr ? next->first_random_access() : std::nullopt;
    const MediaTime from = end.value_or(playhead);
    if (!first || *first > from + current->frame_interval()) return;
    const auto continued = next->good_until(from);
    if (continued && *continued > from) end = continued;
  };
  if (programme.locked() && programme.changing_to()->id() == current->id()) continue_with(programme.changing_to());
  continue_with(continuation().get());
  return end;
}

std::optional<SplicePlan> Pipeline::Impl::plan_for(const Source& candidate, std::optional<MediaTime> until) const {
  if (!programme.on_air()) return std::nullopt;
  // Before the first picture the candidate is to begin where the other one should have.
  const MediaTime playhead = programme.playhead(last_now);
  SplicePlanInput in;
  in.playhead = playhead;
  in.good_end = programme.started() ? until.value_or(playhead) : playhead;
  in.candidate = &candidate.leading_timeline();
  in.frame = candidate.frame_interval();
  return plan_splice(in);
}

/// Against all of the good media on the air; but where the candidate has the whole of a segment that was found damaged,
/// nothing of that one is needed, and what looks good of it may not be.
std::optional<SplicePlan> Pipeline::Impl::plan_for(const Source& candidate) const {
  const auto end = good_end();
  if (!programme.started()) return plan_for(candidate, end);
  const MediaTime playhead = programme.playhead(last_now);
  const auto trusted = programme.on_air()->trusted_until(playhead);
  const bool reached = end && trusted && trusted < end && playhead + kSpliceLead < trusted;
  if (reached) {
    const auto plan = plan_for(candidate, trusted);
    if (plan && plan->covered && plan->enter == plan->leave) return plan;
  }
  return plan_for(candidate, end);
}

bool Pipeline::Impl::ready(const Source& candidate, const SplicePlan& plan) const {
  if (!plan.covered) return false;
  const bool starved = !candidate.video().has_packet() && !candidate.segment_open() && !candidate.video().awaits();
  if (candidate.has_video()) {
    const FrameQueue& frames = candidate.video().frames();
    const bool few = frames.size() < kPicturesReady && !starved && !candidate.video().key_only();
    if (frames.empty() || few) return false;
    if (frames.front().frame.content_time > plan.enter + candidate.frame_interval()) return false;
  }
  if (!candidate.has_audio() || device.sample_rate <= 0) return candidate.has_video();
  const std::int64_t from = sample_index(plan.enter, device.sample_rate);
  const auto until = candidate.audio().pcm().available_until(from);
  if (until && *until - from >= sample_index(kSoundReady, device.sample_rate)) return true;
  if (!candidate.has_video() || candidate.audio().can_work() || candidate.audio().awaits()) return false;
  const auto arrived = candidate.arrived_until();
  return candidate.audio().pcm().next_available(from).has_value() || (arrived && *arrived > plan.enter + kSoundGrace);
}

void Pipeline::Impl::receive() {
  for (const auto& [id, source] : sources) source->receive(last_now);
  // One that is shown to its end may be closed, or have a newer epoch.
  const SourcePtr& current = programme.on_air();
  if (current && find(current->id()) != current) current->receive(last_now);
  const auto& next = programme.next();
  if (next && find(next->id()) != next) next->receive(last_now);
}

/// Only what is on the air is spared, once it has begun: a viewing begins, and a splice happens, as if it were seen.
void Pipeline::Impl::follow_wanted() {
  const SourcePtr& current = programme.on_air();
  const bool sparse = !pictures_wanted && programme.started();
  programme.set_unseen(sparse);
  if (!current || current->video().sparse() == sparse) return;
  current->video().set_sparse(sparse);
  if (!sparse) current->video().resume_at(programme.playhead(last_now));
}

void Pipeline::Impl::start_when_open() {
  if (!start) return;
  const SourcePtr source = find(start->source);
  if (!source) return;
  programme.start(source, start->from, last_now);
  start.reset();
}

/// Takes over what the readers of direct sources have, as far as a source keeps it: the rest waits in their queues.
void Pipeline::Impl::pump_direct() {
  for (auto at = direct.begin(); at != direct.end();) {
    const SourcePtr source = at->second.source.lock();
    bool done = !source;
    while (!done && source->has_room()) {
      auto item = at->second.reader->poll();
      if (!item) break;
      if (auto* track = std::get_if<container::TrackInfo>(&*item)) source->push_track(*track);
      if (auto* unit = std::get_if<container::AccessUnit>(&*item)) source->push_unit(std::move(*unit));
      if (const auto* end = std::get_if<DirectSource::End>(&*item)) {
        source->end_of_stream();
        if (end->error)
          facts.push_back(MediaDamaged{source->id(), source->arrived_until().value_or(MediaTime{}), *end->error});
        done = true;
      }
    }
    at = done ? direct.erase(at) : std::next(at);
  }
}

/// Whom the programme changes to next, and where.
void Pipeline::Impl::choose_transition() {
  const SourcePtr& current = programme.on_air();
  if (!current) return;
  if (wanted && on_air(*wanted)) wanted.reset();
  if (!programme.started()) {
    // Nothing was shown yet: the splice is a start.
    const SourcePtr to = wanted ? find(*wanted) : nullptr;
    const auto plan = to ? plan_for(*to, std::nullopt) : std::nullopt;
    if (plan && plan->covered) programme.start(to, plan->enter, last_now);
    return;
  }
  const auto own_end = current->good_until(programme.playhead(last_now));
  if (programme.locked()) programme.unlock_if_bad(own_end.value_or(MediaTime::min()));
  if (programme.locked()) return;
  const SourcePtr next = continuation();
  SourcePtr to = wanted ? find(*wanted) : nullptr;
  std::optional<SplicePlan> plan = to ? plan_for(*to) : std::nullopt;
  // The splice lies in the newer epoch of the source on the air: that must come first.
  const bool beyond = plan && own_end && plan->leave > *own_end + current->frame_interval() / 2;
  if (next && (!to || beyond)) {
    to = next;
    plan = plan_for(*next, own_end);
  }
  if (!to || !plan) return programme.clear_transition();
  to->aim(plan->enter);
  // A newer epoch that has nothing yet does not end the older one.
  if (to == next && !plan->covered) return programme.clear_transition();
  programme.set_transition(to, *plan);
  // A newer epoch behind a hole waits until the older one is shown: another source may have what lies between. What a stall has left of
  // the older one is not shown before more comes, and nothing will.
  const bool hole = to == next && plan->enter > plan->leave + current->frame_interval() / 2;
  if (hole && !programme.stalled() && programme.playhead(last_now) < plan->leave - current->frame_interval()) return;
  if (ready(*to, *plan)) programme.lock();
}

Aligner::Sources Pipeline::Impl::beside() const {
  Aligner::Sources out;
  for (const auto* ids : {&candidates, &standing}) {
    for (const SourceId id : *ids) {
      const SourcePtr source = find(id);
      if (source && !on_air(id)) out.push_back(source);
    }
  }
  return out;
}

void Pipeline::Impl::raise(SourceId id) {
  candidates.insert(id);
  standing.erase(id);
  if (const SourcePtr source = find(id)) source->set_standing_by(false);
}

void Pipeline::Impl::prepare_candidates() {
  for (const SourcePtr& source : beside()) {
    if (programme.changing_to() == source.get()) continue;
    const auto plan = plan_for(*source);
    if (plan && plan->covered) source->aim(plan->enter);
  }
}

// ---- decoding
// -----------------------------------------------------------------------------------------------------------------

int Pipeline::Impl::decode_video(Source& source, int budget) {
  int spent = 0;
  const std::int64_t before = source.video().packets_decoded();
  while (spent < budget && source.video().can_work()) spent += source.video().work();
  counters.frames_decoded += source.video().packets_decoded() - before;
  return spent;
}

void Pipeline::Impl::decode_audio(Source& source) {
  for (int i = 0; i < kAudioPacketsPerCall && source.audio().can_work(); ++i) source.audio().work();
  if (source.ended() && !source.audio().can_work()) source.audio().finish();
}

/// A decoder holds pictures back for reordering: they are asked for where nothing comes that would push them out.
void Pipeline::Impl::hand_out_held(Source& source, bool urgent) {
  VideoChain& video = source.video();
  if (!video.holds_pictures() || video.has_packet() || video.awaits()) return;
  const bool nothing_comes = source.ended() || (urgent && !source.segment_open()) ||
                             (programme.locked() && source.id() == programme.on_air()->id());
  if (nothing_comes && video.frames().size() <= 1) video.finish();
}

void Pipeline::Impl::decode() {
  const SourcePtr& current = programme.on_air();
  int& left = work_left;
  if (current) {
    const bool urgent = !programme.started() || programme.running_dry();
    left -= decode_video(*current, urgent ? kWorkWhenDry : left);
    decode_audio(*current);
    hand_out_held(*current, programme.running_dry());
    current->report_damage();
  }
  const Source* next = programme.changing_to();
  const auto decode_beside = [&](Source& source) {
    const bool urgent = &source == next && !programme.locked();
    const int budget = urgent ? kWorkWhenDry : left;
    left -= decode_video(source, budget);
    decode_audio(source);
    hand_out_held(source, true);
    source.report_damage();
  };
  const SourcePtr newer = continuation();
  if (newer && newer.get() == next) decode_beside(*newer);
  for (const SourcePtr& source : beside()) decode_beside(*source);
}

void Pipeline::Impl::align() {
  if (!programme.started()) return;
  const Source* fixed = programme.locked() ? programme.changing_to() : nullptr;
  if (std::exchange(aligned_at, last_now) == last_now) return;
  aligner.work(*programme.on_air(), beside(), fixed, programme.playhead(last_now), last_now);
}

void Pipeline::Impl::observe_speed() {
  for (const auto& [id, source] : sources) {
    const VideoChain& video = source->video();
    if (!video.sparse()) source->speed().observe(last_now, video.decoded(), video.can_work(), video.awaits());
  }
}

bool Pipeline::Impl::work_pending() const {
  const auto pending = [](const SourcePtr& s) { return s && (s->video().can_work() || s->audio().can_work()); };
  if (pending(programme.on_air())) return true;
  const Aligner::Sources others = beside();
  if (std::any_of(others.begin(), others.end(), pending)) return true;
  if (!programme.on_air() || !programme.started()) return false;
  return aligner.pending(*programme.on_air(), others, programme.playhead(last_now), last_now);
}

void Pipeline::Impl::release() {
  if (!programme.on_air() || !programme.started()) return;
  const MediaTime playhead = programme.playhead(last_now);
  programme.on_air()->release_decoded(playhead);
  for (const auto& [id, source] : sources) {
    if (source == programme.on_air()) continue;
    const bool compared = !on_air(id) && (candidates.count(id) > 0 || standing.count(id) > 0);
    source->release_before(compared ? playhead - aligner.slack(*source) : playhead);
  }
}

SourceBuffer Pipeline::Impl::describe(SourceId id, const Source& source) const {
  SourceBuffer out;
  out.source = id;
  out.bytes = source.bytes();
  out.decode_permille = source.speed().permille();
  out.first_random_access = source.first_random_access();
  if (on_air(id)) {
    out.good_until = good_end();
    return out;
  }
  if (out.first_random_access) out.good_until = source.good_until(*out.first_random_access);
  if (candidates.count(id) == 0 && standing.count(id) == 0) return out;
  const auto plan = plan_for(source);
  if (!plan) return out;
  out.planned_splice = plan->enter;
  out.splice_ready = ready(source, *plan);
  return out;
}

// ---- the interface
// --------------------------------------------------------------------------------------------------------------

Pipeline::Pipeline(VideoSink& video, AudioSink& audio, const PipelineLimits& limits)
    : impl_(std::make_unique<Impl>(video, audio, limits)) {}
Pipeline::~Pipeline() = default;

void Pipeline::open(SourceId source, Epoch epoch, bool separate_audio) {
  Impl& p = *impl_;
  auto fresh = std::make_shared<Source>(source, epoch, separate_audio, p.limits, p.device, p.facts);
  const Impl::SourcePtr old = p.find(source);
  p.sources[source] = fresh;
  fresh->set_standing_by(p.standing.count(source) > 0);
  p.aligner.forget(source);
  if (old) fresh->set_sound_delay(old->sound_delay());  // the same encoder, most likely; measured again if not
  // Nothing of the old epoch was shown yet: the new one takes its place.
  if (old && old == p.programme.on_air() && !p.programme.started()) {
    p.programme.start(fresh, p.programme.wanted_from(), p.last_now);
  }
  p.direct.erase(source);
  p.start_when_open();
}

void Pipeline::open_direct(SourceId source, Epoch epoch, const std::string& url) {
  open(source, epoch, false);
  impl_->direct[source] = Impl::Direct{impl_->sources[source], std::make_unique<DirectSource>(url)};
}

void Pipeline::close(SourceId source) {
  Impl& p = *impl_;
  const Impl::SourcePtr old = p.find(source);
  if (old && p.programme.changing_to() == old.get()) p.programme.clear_transition();
  p.direct.erase(source);
  p.candidates.erase(source);
  p.standing.erase(source);
  p.aligner.forget(source);
  if (p.wanted == source) p.wanted.reset();
  p.sources.erase(source);
}

void Pipeline::begin_segment(const SegmentRef& segment, bool discontinuity, std::span<const std::uint8_t> init) {
  if (const auto s = impl_->find(segment.source, segment.epoch)) s->begin_segment(segment, discontinuity, init);
}

void Pipeline::append(const SegmentRef& segment, std::span<const std::uint8_t> bytes) {
  if (const auto s = impl_->find(segment.source, segment.epoch)) s->append(segment, bytes);
}

void Pipeline::end_segment(const SegmentRef& segment, BodyEnd end) {
  if (const auto s = impl_->find(segment.source, segment.epoch)) s->end_segment(segment, to_container(end));
}

void Pipeline::end_of_stream(SourceId source, Epoch epoch) {
  if (const auto s = impl_->find(source, epoch)) s->end_of_stream();
}

void Pipeline::anchor(SourceId source, Epoch epoch, std::int64_t discontinuity_sequence, Duration offset) {
  Impl& p = *impl_;
  const auto s = p.find(source, epoch);
  if (!s) return;
  const bool all = s != p.programme.on_air() && !p.fixed(*s);
  const Duration by = s->anchor(discontinuity_sequence, offset, all);
  if (by != Duration::zero()) p.aligner.moved(source, by);
}

void Pipeline::start(SourceId source, MediaTime from) {
  Impl& p = *impl_;
  p.wanted.reset();
  p.raise(source);
  p.candidates.erase(source);
  p.start = Impl::Start{source, from};
  p.start_when_open();
}

void Pipeline::prepare(SourceId candidate) { impl_->raise(candidate); }

void Pipeline::stand_by(SourceId member) {
  Impl& p = *impl_;
  if (p.wanted == member || p.on_air(member)) return;
  p.candidates.erase(member);
  p.standing.insert(member);
  if (const auto source = p.find(member)) source->set_standing_by(true);
}

void Pipeline::cancel(SourceId candidate) {
  Impl& p = *impl_;
  if (p.wanted == candidate) return;  // committed
  p.candidates.erase(candidate);
  p.standing.erase(candidate);
  p.aligner.forget(candidate);
  const auto source = p.find(candidate);
  if (source) source->set_standing_by(false);
  if (source && source != p.programme.on_air() && p.programme.changing_to() != source.get()) source->stop_decoding();
}

void Pipeline::splice(SourceId to) {
  Impl& p = *impl_;
  if (p.wanted == to || p.on_air(to)) return;
  p.wanted = to;
  p.raise(to);
  if (!p.programme.locked()) p.programme.clear_transition();
}

void Pipeline::stop() {
  Impl& p = *impl_;
  p.wanted.reset();
  p.start.reset();
  p.programme.stop(p.last_now);
}

void Pipeline::set_paused(bool paused, Instant now) { impl_->programme.set_paused(paused, now); }

void Pipeline::set_pictures_wanted(bool wanted) { impl_->pictures_wanted = wanted; }

void Pipeline::set_volume(int percent, bool muted) {
  impl_->programme.set_volume(muted ? 0.0F : static_cast<float>(std::clamp(percent, 0, 100)) / 100.0F);
}

void Pipeline::set_rate_ppm(int ppm) {
  constexpr int kMaxPpm = 5000;
  impl_->programme.set_rate_ppm(std::clamp(ppm, -kMaxPpm, kMaxPpm), impl_->last_now);
}

void Pipeline::iterate(Instant now) {
  Impl& p = *impl_;
  // Several calls at one time share what one may spend: pictures that fall due meanwhile would be late.
  if (now > p.last_now) p.work_left = kWorkPerCall;
  p.last_now = std::max(p.last_now, now);
  p.receive();
  p.pump_direct();
  p.follow_wanted();
  p.choose_transition();
  p.prepare_candidates();
  p.decode();
  p.align();
  p.choose_transition();
  p.programme.iterate(p.last_now);
  if (p.programme.on_air()) p.candidates.erase(p.programme.on_air()->id());
  p.observe_speed();
  p.release();
  if (const auto& shown = p.programme.on_air()) {
    const auto* video = shown->video_track();
    const auto* audio = shown->audio_track();
    if (video != nullptr) p.counters.video_codec = name_of(video->codec);
    if (audio != nullptr) p.counters.audio_codec = name_of(audio->codec);
  }
}

Instant Pipeline::next_deadline() const {
  const Impl& p = *impl_;
  if (p.work_pending()) return p.last_now;
  Instant next = p.programme.next_deadline(p.last_now);
  for (const auto& [id, source] : p.sources) next = std::min(next, source->next_deadline());
  return p.direct.empty() ? next : std::min(next, p.last_now + kDirectPoll);
}

std::optional<Fact> Pipeline::poll_fact() {
  auto& facts = impl_->facts;
  if (facts.empty()) return std::nullopt;
  Fact fact = std::move(facts.front());
  facts.pop_front();
  return fact;
}

Snapshot Pipeline::snapshot() const {
  const Impl& p = *impl_;
  Snapshot out;
  if (p.programme.on_air()) out.on_air = p.programme.on_air()->id();
  out.stalled = p.programme.stalled();
  out.playing = p.programme.started() && !out.stalled && !p.programme.paused();
  out.playhead = p.programme.playhead(p.last_now);
  out.output_latency = p.audio_sink.latency();
  for (const auto& [id, source] : p.sources) out.sources.push_back(p.describe(id, *source));
  return out;
}

const Counters& Pipeline::counters() const { return impl_->counters; }

}  // namespace understudy::media
