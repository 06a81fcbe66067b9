#include "media/audio_chain.h"

#include <algorithm>
#include <utility>

#include "media/sample_time.h"

namespace understudy::media {

AudioChain::AudioChain(AudioFormat device, PacketQueue& packets, TrackTimeline& timeline, Duration max_audio)
    : device_(device),
      packets_(packets),
      timeline_(timeline),
      max_frames_(static_cast<std::size_t>(sample_index(max_audio, device.sample_rate))),
      decoder_(device),
      pcm_(device.channels) {}

void AudioChain::stop() {
  decoder_.flush();
  fed_ = false;
  pcm_.clear();
  aim_.reset();
  positioned_ = false;
}

std::optional<PacketQueue::Index> AudioChain::start_for(MediaTime target) const {
  std::optional<PacketQueue::Index> best;
  for (PacketQueue::Index i = packets_.begin(); i < packets_.end(); ++i) {
    if (best && packets_.at(i).content_time > target - kPreroll) break;
    best = i;
  }
  return best;
}

void AudioChain::aim(MediaTime target) {
  const bool earlier = aim_ && target < *aim_ - kPreroll / 2;
  aim_ = target;
  if (cursor_ < packets_.begin()) positioned_ = false;  // what came next was released: it is long past
  const std::int64_t keep_from = sample_index(target - kPreroll / 2, device_.sample_rate);
  if (positioned_ &&
      (earlier || (cursor_ < packets_.end() && packets_.at(cursor_).content_time < target - 4 * kPreroll))) {
    const auto start = start_for(target);
    if (start && (earlier || *start > cursor_)) positioned_ = false;
  }
  if (positioned_) pcm_.drop_before(keep_from);
}

bool AudioChain::can_work() const {
  if (device_.sample_rate <= 0 || unusable_ || !aim_ || pcm_.frames() >= max_frames_) return false;
  if (positioned_ && !decoder_.can_take()) return false;
  if (brief_ && positioned_ && pcm_.end() && *pcm_.end() >= sample_index(*aim_ + kBrief, device_.sample_rate))
    return false;
  return positioned_ ? cursor_ < packets_.end() : packets_.begin() < packets_.end();
}

void AudioChain::work() {
  if (!positioned_) {
    const auto start = start_for(*aim_);
    if (!start) return;
    decoder_.flush();
    fed_ = false;
    pcm_.clear();
    cursor_ = *start;
    positioned_ = true;
  }
  cursor_ = std::max(cursor_, packets_.begin());
  if (cursor_ >= packets_.end()) return;
  const Packet& packet = packets_.at(cursor_);
  const bool other_track = !decoder_.is_open_for(*packet.track);
  if ((packet.restart && packet.hole_before) || packet.unit.corrupt || other_track) finish();
  if (decoder_.draining()) return;
  ++cursor_;
  if (packet.unit.corrupt) return damaged(packet.content_time, Error{ErrorCode::bad_media, "damaged sound data"}, true);
  if (other_track) {
    const auto opened = decoder_.open(*packet.track);
    if (!opened) {
      unusable_ = true;
      return damaged(packet.content_time, opened.error(), false);
    }
  }
  fed_ = true;
  const auto sent = decoder_.send(packet, pcm_);
  if (sent) return;
  finish();
  damaged(packet.content_time, sent.error(), false);
}

void AudioChain::receive(Instant now) {
  decoder_.receive(now, pcm_);
  if (const auto failure = decoder_.take_failure()) failed(*failure);
}

/// Every packet of sound can be decoded by itself: all but the failed one are sent again.
void AudioChain::failed(const DecoderFailure& failure) {
  const auto index = failure.content_time ? packets_.find(*failure.content_time, cursor_, kLookBack) : std::nullopt;
  decoder_.flush();
  fed_ = false;
  unusable_ = failure.fatal;
  if (index) cursor_ = *index + 1;
  damaged(failure.content_time.value_or(aim_.value_or(MediaTime{})), failure.error, false);
}

void AudioChain::damaged(MediaTime content_time, const Error& error, bool known) {
  timeline_.damage(content_time);
  if (!known && !damage_) damage_ = VideoChain::Damage{content_time, error};
}

void AudioChain::finish() {
  if (!std::exchange(fed_, false)) return;
  decoder_.drain(pcm_);
}

PacketQueue::Index AudioChain::needed_from() const {
  return awaits() && cursor_ > kLookBack ? cursor_ - kLookBack : cursor_;
}

std::optional<VideoChain::Damage> AudioChain::take_damage() {
  auto taken = std::move(damage_);
  damage_.reset();
  return taken;
}

}  // namespace understudy::media
