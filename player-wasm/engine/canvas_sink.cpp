#include "canvas_sink.h"

#include <cmath>

#include "imports.h"

namespace understudy::wasm {
namespace {
double ms_of(Duration d) { return static_cast<double>(d.count()) / 1e6; }
}  // namespace

void CanvasSink::present(const VideoFrame& frame, Instant due) {
  const double pdt = frame.program_date_time ? ms_of(frame.program_date_time->time_since_epoch()) : std::nan("");
  understudy_present(frame.handle, frame.width, frame.height, frame.sample_aspect_num, frame.sample_aspect_den,
                     static_cast<int>(frame.matrix), frame.full_range ? 1 : 0, ms_of(due.time_since_epoch()),
                     ms_of(frame.content_time.time_since_epoch()) / 1000, pdt, name_of_(frame.source).c_str(),
                     static_cast<int>(frame.lost_before), static_cast<int>(frame.repeated_before));
}

void CanvasSink::clear() { understudy_clear(); }

}  // namespace understudy::wasm
