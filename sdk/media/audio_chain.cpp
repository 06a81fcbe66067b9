#include "media/audio_chain.h"

#include <algorithm>

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
  if (brief_ && positioned_ && pcm_.end() && *pcm_.end() >= sample_index(*aim_ + kBrief, device_.sample_rate))
    return false;
  return positioned_ ? cursor_ < packets_.end() : packets_.begin() < packets_.end();
}

void AudioChain::work() {
  if (!positioned_) {
    const auto start = start_for(*aim_);
    if (!start) return;
    decoder_.flush();
    pcm_.clear();
    cursor_ = *start;
    positioned_ = true;
  }
  cursor_ = std::max(cursor_, packets_.begin());
  if (cursor_ >= packets_.end()) return;
  const Packet& packet = packets_.at(cursor_++);
  if (packet.restart && packet.hole_before) decoder_.drain(pcm_);
  if (packet.unit.corrupt) return damaged(packet, Error{ErrorCode::bad_media, "damaged sound data"}, true);
  if (!decoder_.is_open_for(*packet.track)) {
    decoder_.drain(pcm_);
    const auto opened = decoder_.open(*packet.track);
    if (!opened) {
      unusable_ = true;
      return damaged(packet, opened.error(), false);
    }
  }
  const auto sent = decoder_.send(packet, pcm_);
  if (!sent) damaged(packet, sent.error(), false);
}

void AudioChain::damaged(const Packet& packet, const Error& error, bool known) {
  decoder_.drain(pcm_);
  timeline_.damage(packet.content_time);
  if (!known && !damage_) damage_ = VideoChain::Damage{packet.content_time, error};
}

void AudioChain::finish() { decoder_.drain(pcm_); }

std::optional<VideoChain::Damage> AudioChain::take_damage() {
  auto taken = std::move(damage_);
  damage_.reset();
  return taken;
}

}  // namespace understudy::media
