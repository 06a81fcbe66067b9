#include "origin/live_stream.h"

#include <algorithm>

#include "origin/encoder.h"
#include "origin/playlist_writer.h"
#include "origin/programme.h"

namespace understudy::server {
namespace {

constexpr std::size_t kPlayableSegments = 3;
constexpr Duration kReopenPause = std::chrono::seconds(1);

Duration longest_segment(const ChannelSettings& s) {
  return units_to_duration(SegmentPlan(s).longest(), s.fps.num, s.fps.den);
}

}  // namespace

LiveStream::LiveStream(const ChannelSettings& settings, std::uint8_t channel_index, std::vector<ContentFault> faults)
    : settings_(settings),
      channel_index_(channel_index),
      window_(settings),
      faults_(std::move(faults)),
      thread_([this] { run(); }) {}

LiveStream::~LiveStream() {
  stopping_ = true;
  {
    const std::lock_guard lock(mutex_);  // so that the thread cannot miss it between its check and its wait
  }
  changed_.notify_all();
  thread_.join();
}

void LiveStream::set_content_faults(std::vector<ContentFault> faults) {
  const std::lock_guard lock(mutex_);
  if (faults == faults_) return;
  faults_ = std::move(faults);
  ++faults_revision_;
  changed_.notify_all();
}

void LiveStream::publish(WallTime now, const PublishFaults& faults) {
  const std::lock_guard lock(mutex_);
  window_.publish(now, faults);
  const auto listed = window_.listed(now);
  if (listed.size() < kPlayableSegments || codecs_.empty()) return;
  // While the back catalogue is being made the newest segment is old; a viewer who joined then would join the past.
  if (listed.back()->due + longest_segment(settings_) > now) playable_ = true;
}

EncoderState LiveStream::state(WallTime now) const {
  const std::lock_guard lock(mutex_);
  if (kind_ != EncoderState::Kind::ingesting) return {kind_, message_};
  if (!playable_) return {kind_, ""};
  const auto listed = window_.listed(now);
  if (!listed.empty() && listed.back()->due + 3 * longest_segment(settings_) < now)
    return {EncoderState::Kind::waiting, "no new media"};
  if (window_.interrupted() || listed.size() < kPlayableSegments) return {kind_, ""};
  return {EncoderState::Kind::playing, ""};
}

std::string LiveStream::multivariant_playlist() const {
  const std::lock_guard lock(mutex_);
  return playable_ ? write_multivariant_playlist(settings_, codecs_) : "";
}

std::string LiveStream::media_playlist(WallTime as_of) const {
  const std::lock_guard lock(mutex_);
  return playable_ ? write_media_playlist(settings_, window_.listed(as_of), false) : "";
}

std::shared_ptr<const std::string> LiveStream::init_section() const {
  const std::lock_guard lock(mutex_);
  return init_;
}

LiveStream::Body LiveStream::segment(int generation, std::int64_t media_sequence) const {
  const std::lock_guard lock(mutex_);
  const ListedSegment* found = window_.find(generation, media_sequence);
  return found == nullptr ? Body{} : Body{found->segment.body, found->due};
}

std::int64_t LiveStream::position_since(int generation, std::int64_t media_sequence, WallTime t) const {
  const std::lock_guard lock(mutex_);
  const ListedSegment* found = window_.find(generation, media_sequence);
  return found == nullptr || found->due < t ? -1 : window_.position_since(*found, t);
}

void LiveStream::report(EncoderState::Kind kind, std::string message) {
  const std::lock_guard lock(mutex_);
  kind_ = kind;
  message_ = std::move(message);
}

bool LiveStream::sleep_unless_stopped(Duration d) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, d, [this] { return stopping_.load(); });
}

std::unique_ptr<Programme> LiveStream::open_programme() {
  if (settings_.source.empty()) return make_scene_programme(settings_, channel_index_);
  while (!stopping_) {
    auto opened = open_file_programme(settings_, channel_index_, stopping_);
    if (opened) return std::move(*opened);
    report(EncoderState::Kind::waiting, opened.error().detail);
    sleep_unless_stopped(kReopenPause);
  }
  return nullptr;
}

bool LiveStream::pace(std::int64_t frame) {
  const auto ahead = Duration(static_cast<std::int64_t>(settings_.ahead_s * 1e9));
  const WallTime due = time_of_frame(frame, settings_.fps) - ahead;
  std::unique_lock lock(mutex_);
  while (!stopping_ && faults_revision_ == encoding_revision_) {
    const Duration rest = due - wall_now();
    if (rest <= Duration::zero()) return true;
    changed_.wait_for(lock, rest);
  }
  return false;
}

/// Returns false where it failed for good.
bool LiveStream::encode_all(Programme& programme) {
  const SegmentPlan plan(settings_);
  const std::int64_t now_frame = frame_at(wall_now(), settings_.fps);
  const auto catalogue = static_cast<std::int64_t>(settings_.window) * plan.longest();
  {
    const std::lock_guard lock(mutex_);
    // A source that came back goes on at the present; the time stamps still count from the first beginning.
    if (!origin_frame_) origin_frame_ = produced_until_ = plan.boundary_at_or_before(now_frame - catalogue);
    produced_until_ = std::max(*produced_until_, plan.boundary_at_or_before(now_frame - catalogue));
  }
  SegmentEncoder encoder(settings_, programme, *origin_frame_);
  bool begun = false;
  while (!stopping_) {
    std::vector<ContentFault> faults;
    std::int64_t begin = 0;
    {
      const std::lock_guard lock(mutex_);
      if (begun && faults_revision_ != encoding_revision_) {
        begun = false;
        produced_until_ = window_.roll_back().value_or(*produced_until_);
      }
      encoding_revision_ = faults_revision_;
      faults = faults_;
      begin = *produced_until_;
    }
    if (!begun) {
      if (auto ready = encoder.begin_at(begin, std::move(faults)); !ready) {
        report(EncoderState::Kind::failed, ready.error().detail);
        return false;
      }
      begun = true;
      report(EncoderState::Kind::ingesting, "");
    }
    auto segment = encoder.next([this](std::int64_t frame) { return pace(frame); });
    if (!segment) {
      report(EncoderState::Kind::waiting, segment.error().detail);
      return true;
    }
    if (*segment == nullptr) continue;
    const std::lock_guard lock(mutex_);
    produced_until_ = (*segment)->end_frame;
    codecs_ = encoder.codecs();
    init_ = encoder.init_section();
    window_.add(std::move(**segment));
  }
  return true;
}

void LiveStream::run() {
  while (!stopping_) {
    const auto programme = open_programme();
    if (programme == nullptr || !encode_all(*programme)) return;
    sleep_unless_stopped(kReopenPause);
  }
}

}  // namespace understudy::server
