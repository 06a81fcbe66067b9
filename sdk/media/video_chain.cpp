#include "media/video_chain.h"

#include <algorithm>

namespace understudy::media {
namespace {
// What a skipped packet costs: nearly nothing, but a loop over thousands must end.
constexpr int kSkipCost = 50;
constexpr int kUnknownSizeCost = 3600;  // as 1280x720
}  // namespace

void VideoChain::stop() {
  decoder_.flush();
  frames_.clear();
  aim_.reset();
  positioned_ = false;
  need_start_ = true;
  key_.reset();
  sent_ = received_ = 0;
}

void VideoChain::set_key_only(bool on) {
  if (on == key_only_) return;
  stop();
  key_only_ = on;
}

void VideoChain::aim_at_key(MediaTime target) {
  const auto start = packets_.start_for(target);
  if (!start || start == key_) return;
  stop();
  key_ = start;
  aim_ = packets_.at(*start).content_time;
  restart_at(*start);
  positioned_ = true;
}

void VideoChain::restart_at(PacketQueue::Index cursor) {
  decoder_.flush();
  sent_ = received_ = 0;
  cursor_ = cursor;
  need_start_ = true;
}

void VideoChain::aim(MediaTime target) {
  if (key_only_) return aim_at_key(target);
  const Duration tolerance = frames_.empty() ? Duration::zero() : frames_.front().frame.duration / 2;
  if (aim_ && target < *aim_ - tolerance) stop();  // earlier pictures are gone: decode again
  aim_ = target;
  while (!frames_.empty() && frames_.front().frame.content_time < target - frames_.front().frame.duration / 2)
    frames_.pop();
}

bool VideoChain::position() {
  if (!aim_) return false;
  const auto start = packets_.start_for(*aim_);
  if (!start) return false;
  restart_at(*start);
  frames_.clear();
  positioned_ = true;
  return true;
}

/// A later random access point may have arrived that makes decoding up to it needless.
void VideoChain::skip_to_better_start() {
  if (!aim_ || !frames_.empty()) return;
  const auto best = packets_.start_for(*aim_);
  if (best && *best > cursor_ && packets_.at(*best).content_time <= *aim_) restart_at(*best);
}

bool VideoChain::can_work() const {
  if (unusable_ || !aim_ || frames_.bytes() >= max_frame_bytes_) return false;
  if (key_only_) return key_ && cursor_ == *key_ && cursor_ < packets_.end();
  return positioned_ ? cursor_ < packets_.end() : packets_.start_for(*aim_).has_value();
}

int VideoChain::work() {
  if (!positioned_ && !position()) return kSkipCost;
  if (!key_only_) skip_to_better_start();
  cursor_ = std::max(cursor_, packets_.begin());
  if (cursor_ >= packets_.end()) return kSkipCost;
  const PacketQueue::Index index = cursor_;
  const Packet& packet = packets_.at(index);
  std::vector<Picture> pictures;
  if (packet.restart && !need_start_) {
    finish();
    hole_ = hole_ || packet.hole_before;
  }
  if (packet.unit.corrupt && !need_start_) {
    damaged(index, Error{ErrorCode::bad_media, "damaged picture data"}, true);
    return kSkipCost;
  }
  if (need_start_) {
    if (!packet.starts_decoding()) {
      ++cursor_;
      hole_ = true;
      return kSkipCost;
    }
    need_start_ = false;
    decoded_from_ = packet.content_time;
    skip_leading_ = true;
  } else if (packet.unit.key) {
    skip_leading_ = false;
  }
  ++cursor_;
  if (skip_leading_ && packet.content_time < decoded_from_) return kSkipCost;
  if (!decoder_.is_open_for(*packet.track)) {
    if (holds_pictures()) finish();
    need_start_ = false;
    const auto opened = decoder_.open(*packet.track);
    if (!opened) {
      unusable_ = true;
      damage_ = Damage{packet.content_time, opened.error()};
      timeline_.damage(packet.content_time);
      return kSkipCost;
    }
  }
  const auto sent = decoder_.send(packet, pictures);
  ++sent_;
  decoded_ += packet.duration;
  ++packets_decoded_;
  collect(std::move(pictures));
  if (key_only_) finish();
  if (!sent) damaged(index, sent.error(), false);
  const int blocks = packet.track->width * packet.track->height / 256;
  return blocks > 0 ? blocks : kUnknownSizeCost;
}

void VideoChain::collect(std::vector<Picture>&& pictures) {
  for (Picture& picture : pictures) {
    ++received_;
    const auto index = packets_.find(picture.frame.content_time, cursor_, kLookBack);
    if (!index) continue;
    if (picture.damaged) {
      damaged(*index, Error{ErrorCode::decode_failed, "damaged picture"}, false);
      return;
    }
    queue(std::move(picture), *index);
  }
}

void VideoChain::queue(Picture&& picture, PacketQueue::Index index) {
  VideoFrame& frame = picture.frame;
  frame.duration = packets_.at(index).duration;
  frame.source = source_;
  if (aim_ && frame.content_time < *aim_ - frame.duration / 2) return;
  // A container that goes back in time: what was queued stays, the order of presentation too.
  if (!frames_.empty() && frame.content_time <= frames_.back().frame.content_time) return;
  frames_.push({std::move(frame), index, hole_});
  hole_ = false;
}

void VideoChain::finish() {
  std::vector<Picture> pictures;
  decoder_.drain(pictures);
  need_start_ = true;
  for (Picture& picture : pictures) {
    const auto index = packets_.find(picture.frame.content_time, cursor_, kLookBack);
    if (!index) continue;
    if (picture.damaged) {
      damaged(*index, Error{ErrorCode::decode_failed, "damaged picture"}, false);
      break;
    }
    queue(std::move(picture), *index);
  }
  sent_ = received_ = 0;
}

/// Picture `index` is damaged. Everything decoded after it, up to the next random access point, may refer to it.
void VideoChain::damaged(PacketQueue::Index index, const Error& error, bool known) {
  const auto resume = packets_.next_start(index + 1);
  const PacketQueue::Index end = resume.value_or(packets_.end());
  MediaTime first = packets_.at(index).content_time;
  for (PacketQueue::Index i = index; i < end; ++i) {
    if (packets_.at(i).content_time >= decoded_from_) first = std::min(first, packets_.at(i).content_time);
  }
  std::vector<Picture> held;
  decoder_.drain(held);
  for (Picture& picture : held) {
    const auto of = packets_.find(picture.frame.content_time, cursor_, kLookBack);
    if (of && *of < index && picture.frame.content_time < first && !picture.damaged) queue(std::move(picture), *of);
  }
  while (!frames_.empty() && frames_.back().frame.content_time >= first) frames_.pop_back();
  restart_at(end);
  hole_ = true;
  timeline_.damage(first);
  if (!known && !damage_) damage_ = Damage{first, error};
}

std::optional<VideoChain::Damage> VideoChain::take_damage() {
  auto taken = std::move(damage_);
  damage_.reset();
  return taken;
}

}  // namespace understudy::media
