#include "container/ts/unit_stream.h"

namespace understudy::container::ts {

UnitStream::UnitStream(const EsInfo& es, const StreamContext& context)
    : context_(context), output_(TrackInfo{.id = es.pid, .kind = es.kind, .codec = es.codec}, *context.log) {}

void UnitStream::begin_segment(const SegmentStart& start) {
  output_.begin_segment(start);
  unit_.clear();
  stamp_.reset();
  corrupt_ = false;
}

void UnitStream::begin_packet(const std::optional<Stamp>& stamp, Sink& sink) {
  finish(sink);
  stamp_ = stamp;
}

void UnitStream::push(std::span<const std::uint8_t> bytes, Sink& sink) {
  if (unit_.capacity() == 0) unit_ = context_.pool->take();
  if (unit_.size() + bytes.size() > context_.limits.max_access_unit_bytes) {
    context_.log->fail(ErrorCode::limit_exceeded, "an access unit is larger than the limit");
    corrupt_ = true;
    finish(sink);
    return;
  }
  unit_.insert(unit_.end(), bytes.begin(), bytes.end());
}

void UnitStream::gap(Sink&) {
  if (unit_.empty()) {
    output_.note_loss();
  } else {
    corrupt_ = true;
  }
}

void UnitStream::finish(Sink& sink) {
  if (!unit_.empty() && stamp_) {
    AccessUnit unit;
    unit.pts = stamp_->pts;
    unit.dts = stamp_->dts;
    unit.key = true;
    unit.corrupt = corrupt_;
    unit.data = context_.pool->seal(std::move(unit_));
    output_.emit(std::move(unit), sink);
  } else {
    context_.log->skipped_bytes += static_cast<std::uint32_t>(unit_.size());
  }
  unit_.clear();
  stamp_.reset();
  corrupt_ = false;
}

void UnitStream::end_segment(BodyEnd end, Sink& sink) {
  if (end == BodyEnd::complete) {
    finish(sink);
  } else {
    output_.note_loss();
  }
}

}  // namespace understudy::container::ts
