// Content to segments: paints, encodes and muxes one segment after the other. It can begin again at any segment
// boundary (rollback), with the same pictures, sounds and time stamps as the first time.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "origin/av.h"
#include "origin/muxer.h"
#include "origin/programme.h"
#include "origin/segment.h"
#include "origin/settings.h"

namespace understudy::server {

class SegmentEncoder {
 public:
  /// `origin_frame`: where the stream begins; its time stamp is settings.pts_base.
  SegmentEncoder(const ChannelSettings& settings, Programme& programme, std::int64_t origin_frame);

  /// Begins (again) at a segment boundary.
  Result<void> begin_at(std::int64_t boundary, std::vector<ContentFault> faults);

  /// Makes the next segment. `pace(n)` is asked before frame n is painted: it may wait, and false gives up, whereupon
  /// the result is null and begin_at has to be called.
  Result<std::unique_ptr<Segment>> next(const std::function<bool(std::int64_t)>& pace);

  std::shared_ptr<const std::string> init_section() const { return init_; }  // null for TS
  const std::string& codecs() const { return codecs_; }                      // empty until the first segment

 private:
  struct Coded {
    av::Packet packet;
    bool video = false;
  };
  Result<void> feed_frame(std::int64_t n);
  Result<void> feed_sound_until(std::int64_t sample);
  bool complete(std::int64_t end_frame) const;
  Result<std::unique_ptr<Segment>> take_segment(std::int64_t end_frame);
  MuxPacket stamp(const AVPacket& packet, bool video) const;
  bool faulty(ContentFault::Kind kind, WallTime t, std::int64_t* since_frame) const;
  std::int64_t first_sample(std::int64_t frame) const {
    return sample_of_frame(frame, settings_.fps, settings_.audio_rate);
  }

  const ChannelSettings settings_;
  const SegmentPlan plan_;
  Programme& programme_;
  const std::int64_t origin_frame_;
  std::vector<ContentFault> faults_;

  av::Codec video_;
  av::Codec audio_;
  av::Frame picture_;
  av::Frame sound_;
  StreamFormats formats_;
  std::map<std::int64_t, ContinuityCounters> counters_;  // by the boundary they hold at; bound: kCheckpoints
  std::shared_ptr<const std::string> init_;
  std::string codecs_;

  std::int64_t segment_begin_ = 0;
  std::int64_t next_frame_ = 0;
  std::int64_t next_sample_ = 0;          // to be fed
  std::int64_t first_wanted_ = 0;         // audio packets before this sample are the encoder's run-up
  std::deque<av::Packet> video_packets_;  // bound: one segment and the encoder's delay
  std::deque<av::Packet> audio_packets_;
};

}  // namespace understudy::server
