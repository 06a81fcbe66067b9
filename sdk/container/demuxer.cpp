#include "container/demuxer.h"

#include <algorithm>

#include "container/fmp4/fmp4_demuxer.h"
#include "container/packed_audio/packed_audio_demuxer.h"
#include "container/probe.h"
#include "container/ts/ts_demuxer.h"

namespace understudy::container {
namespace {

class AutoDemuxer : public Demuxer {
 public:
  explicit AutoDemuxer(const Limits& limits) : limits_(limits) {}

  void begin_segment(const SegmentStart& start) override {
    start_.discontinuity = start.discontinuity || (probing_ && start_.discontinuity);
    head_.clear();
    error_.reset();
    if (container_ == Container::unknown || container_ == Container::webm || start.discontinuity) probing_ = true;
    if (!probing_) demuxer_->begin_segment(start);
  }

  void push(std::span<const std::uint8_t> bytes, Sink& sink) override {
    if (!probing_) {
      if (demuxer_) demuxer_->push(bytes, sink);
      return;
    }
    // Only the bytes that a decision can need are kept; the rest goes through untouched.
    while (probing_ && !bytes.empty()) {
      const std::size_t step = head_.size() < kProbeStep ? kProbeStep - head_.size() : kMaxProbe - head_.size();
      const std::size_t count = std::min(bytes.size(), step);
      head_.insert(head_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
      bytes = bytes.subspan(count);
      decide(false, sink);
    }
    if (demuxer_ && !bytes.empty()) demuxer_->push(bytes, sink);
  }

  SegmentReport end_segment(BodyEnd end, Sink& sink) override {
    if (probing_ && !head_.empty()) decide(true, sink);
    if (demuxer_ && !probing_) return demuxer_->end_segment(end, sink);
    SegmentReport report;
    report.error = error_;
    return report;
  }

  bool lists_video() const override { return demuxer_ && demuxer_->lists_video(); }

 private:
  static constexpr std::size_t kProbeStep = 189;

  void decide(bool final, Sink& sink) {
    const Container found = probe(head_, final);
    if (found == Container::undecided) return;
    probing_ = false;
    if (found != container_ || !demuxer_) demuxer_ = make(found);
    container_ = found;
    if (!demuxer_) {
      error_ = found == Container::webm ? Error{ErrorCode::unsupported_media, "WebM is not supported"}
                                        : Error{ErrorCode::bad_media, "not a container that is known"};
      return;
    }
    demuxer_->begin_segment(start_);
    demuxer_->push(head_, sink);
    head_.clear();
  }

  std::unique_ptr<Demuxer> make(Container container) const {
    switch (container) {
      case Container::ts: return std::make_unique<ts::TsDemuxer>(limits_);
      case Container::fmp4: return std::make_unique<fmp4::Fmp4Demuxer>(limits_);
      case Container::packed_audio: return std::make_unique<PackedAudioDemuxer>(limits_);
      default: return nullptr;
    }
  }

  Limits limits_;
  SegmentStart start_;
  bool probing_ = true;
  Container container_ = Container::undecided;
  std::unique_ptr<Demuxer> demuxer_;
  std::vector<std::uint8_t> head_;  // at most kMaxProbe bytes
  std::optional<Error> error_;
};

}  // namespace

std::unique_ptr<Demuxer> make_demuxer(const Limits& limits) { return std::make_unique<AutoDemuxer>(limits); }

}  // namespace understudy::container
