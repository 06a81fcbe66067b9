#include "media/video_chain.h"

#include <algorithm>
#include <utility>

namespace understudy::media {
namespace {
// What a skipped packet costs: nearly nothing, but a loop over thousands must end.
constexpr int kSkipCost = 50;
constexpr int kUnknownSizeCost = 3600;  // as 1280x720
}  // namespace

void VideoChain::stop() {
  restart_at(cursor_);
  frames_.clear();
  aim_.reset();
  positioned_ = false;
  key_.reset();
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
  forget_sent();
  cursor_ = cursor;
  need_start_ = true;
}

/// Nothing that was sent will come any more.
void VideoChain::forget_sent() {
  sent_ = received_ = 0;
  cut_.reset();
  hole_ = hole_ || std::exchange(hole_after_, false);
}

void VideoChain::set_sparse(bool on) {
  if (on == sparse_) return;
  sparse_ = on;
  if (on) restart_at(cursor_);
}

void VideoChain::resume_at(MediaTime target) {
  stop();
  hole_ = false;
  aim_ = target;
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
  if (frames_.bytes() >= max_frame_bytes_ || decoder_.draining()) return false;
  if (decoder_.coming() >= kLookBack / 2) return false;
  if (max_pictures_ > 0 && frames_.size() + decoder_.coming() >= max_pictures_) return false;
  return has_packet();
}

bool VideoChain::has_packet() const {
  if (unusable_ || !aim_) return false;
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
  if (packet.restart && !need_start_) {
    hole_after_ = hole_after_ || (packet.hole_before && !sparse_);
    finish();
    if (decoder_.draining()) return kSkipCost;
  }
  if (packet.unit.corrupt && !need_start_) {
    damaged(index, Error{ErrorCode::bad_media, "damaged picture data"}, true);
    return kSkipCost;
  }
  if (sparse_ && !packet.starts_decoding()) {
    ++cursor_;
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
    begun_at_ = index;
    skip_leading_ = true;
  } else if (packet.unit.key) {
    skip_leading_ = false;
  }
  ++cursor_;
  if (skip_leading_ && packet.content_time < decoded_from_) return kSkipCost;
  if (!decoder_.is_open_for(*packet.track)) {
    if (holds_pictures()) finish();
    if (decoder_.draining()) {
      cursor_ = index;
      return kSkipCost;
    }
    need_start_ = false;
    const auto opened = decoder_.open(*packet.track);
    if (!opened) {
      give_up(packet.content_time, opened.error());
      return kSkipCost;
    }
  }
  std::vector<Picture> pictures;
  const auto sent = decoder_.send(packet, pictures);
  ++sent_;
  sent_end_ = cursor_;
  decoded_ += packet.duration;
  ++packets_decoded_;
  collect(std::move(pictures));
  if (key_only_ || sparse_) finish();
  if (!sent) damaged(index, sent.error(), false);
  const int blocks = packet.track->width * packet.track->height / 256;
  return blocks > 0 ? blocks : kUnknownSizeCost;
}

void VideoChain::receive(Instant now) {
  std::vector<Picture> pictures;
  decoder_.receive(now, pictures);
  collect(std::move(pictures));
  if (const auto failure = decoder_.take_failure()) failed(*failure);
  settle();
}

void VideoChain::collect(std::vector<Picture>&& pictures) {
  for (Picture& picture : pictures) {
    ++received_;
    const auto index = packets_.find(picture.frame.content_time, sent_end_, kLookBack);
    if (!index) continue;
    if (cut_ && (picture.damaged || *index >= cut_->packet || picture.frame.content_time >= cut_->first)) continue;
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
  collect(std::move(pictures));
  settle();
}

/// Picture `index` is damaged. Everything decoded after it, up to the next random access point, may refer to it.
void VideoChain::damaged(PacketQueue::Index index, const Error& error, bool known) {
  const auto resume = packets_.next_start(index + 1);
  const PacketQueue::Index end = resume.value_or(packets_.end());
  MediaTime first = packets_.at(index).content_time;
  for (PacketQueue::Index i = index; i < end; ++i) {
    if (packets_.at(i).content_time >= decoded_from_) first = std::min(first, packets_.at(i).content_time);
  }
  cut_ = Cut{index, first};
  std::vector<Picture> held;
  if (!decoder_.draining()) decoder_.drain(held);
  collect(std::move(held));
  while (!frames_.empty() && frames_.back().frame.content_time >= first) frames_.pop_back();
  cursor_ = end;
  need_start_ = true;
  hole_after_ = true;
  timeline_.damage(first);
  if (!known && !damage_) damage_ = Damage{first, error};
  settle();
}

/// The decoder told too late which packet it was: the first one that is missing.
void VideoChain::failed(const DecoderFailure& failure) {
  const auto index = failure.content_time ? packets_.find(*failure.content_time, sent_end_, kLookBack) : std::nullopt;
  decoder_.flush();
  if (failure.fatal) return give_up(failure.content_time.value_or(decoded_from_), failure.error);
  if (!failure.spoke && tries_ < kMostTries && begun_at_ >= packets_.begin()) {
    ++tries_;
    return restart_at(begun_at_);
  }
  if (index) return damaged(*index, failure.error, false);
  restart_at(cursor_);
}

void VideoChain::give_up(MediaTime from, const Error& error) {
  unusable_ = true;
  damage_ = Damage{from, error};
  timeline_.damage(from);
  forget_sent();
}

/// The decoder is drained: it stands where a random access point can follow.
void VideoChain::settle() {
  if (!need_start_ || decoder_.draining()) return;
  forget_sent();
}

PacketQueue::Index VideoChain::needed_from(MediaTime playhead) const {
  const PacketQueue::Index oldest = holds_pictures() ? std::min(cursor_, sent_end_) : cursor_;
  const PacketQueue::Index kept = oldest > kLookBack ? oldest - kLookBack : 0;
  if (!sparse_) return kept;
  return std::min(kept, packets_.start_for(playhead).value_or(kept));  // to go on from when they are seen again
}

std::optional<VideoChain::Damage> VideoChain::take_damage() {
  auto taken = std::move(damage_);
  damage_.reset();
  return taken;
}

}  // namespace understudy::media
