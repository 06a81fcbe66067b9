// Decoded pictures of one source, in presentation order. Its owner stops decoding at PipelineLimits::max_frame_bytes.
#pragma once

#include <cstdint>
#include <deque>

#include "understudy/frame.h"

namespace understudy::media {

struct QueuedFrame {
  VideoFrame frame;
  std::uint64_t packet = 0;  // index of its packet: decode order
  bool hole_before = false;  // pictures are missing directly before it
};

class FrameQueue {
 public:
  void push(QueuedFrame&& frame) {
    bytes_ += bytes_of(frame.frame);
    frames_.push_back(std::move(frame));
  }
  void pop() {
    bytes_ -= bytes_of(frames_.front().frame);
    frames_.pop_front();
  }
  void pop_back() {
    bytes_ -= bytes_of(frames_.back().frame);
    frames_.pop_back();
  }
  void clear() {
    frames_.clear();
    bytes_ = 0;
  }
  bool empty() const { return frames_.empty(); }
  std::size_t size() const { return frames_.size(); }
  const QueuedFrame& front() const { return frames_.front(); }
  const QueuedFrame& back() const { return frames_.back(); }
  const QueuedFrame& operator[](std::size_t i) const { return frames_[i]; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  static std::uint64_t bytes_of(const VideoFrame& f) {
    const std::uint64_t luma = static_cast<std::uint64_t>(f.strides[0]) * static_cast<std::uint64_t>(f.height);
    return luma + luma / 2;  // 4:2:0
  }
  std::deque<QueuedFrame> frames_;
  std::uint64_t bytes_ = 0;
};

}  // namespace understudy::media
