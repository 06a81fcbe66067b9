#include "capi/sinks.h"

#include <algorithm>

namespace understudy::capi {

static_assert(static_cast<int>(PixelFormat::yuv420p) == UNDERSTUDY_PIXEL_YUV420P);
static_assert(static_cast<int>(PixelFormat::nv12) == UNDERSTUDY_PIXEL_NV12);
static_assert(static_cast<int>(ColorMatrix::bt601) == UNDERSTUDY_MATRIX_BT601);
static_assert(static_cast<int>(ColorMatrix::bt709) == UNDERSTUDY_MATRIX_BT709);
static_assert(static_cast<int>(ColorMatrix::bt2020) == UNDERSTUDY_MATRIX_BT2020);

void CallbackVideoSink::present(const VideoFrame& frame, Instant due) {
  understudy_video_frame f{};
  f.size = sizeof f;
  f.width = frame.width;
  f.height = frame.height;
  f.sample_aspect_num = frame.sample_aspect_num;
  f.sample_aspect_den = frame.sample_aspect_den;
  f.format = static_cast<understudy_pixel_format>(frame.format);
  f.matrix = static_cast<understudy_color_matrix>(frame.matrix);
  f.full_range = frame.full_range ? 1 : 0;
  std::copy(frame.planes.begin(), frame.planes.end(), f.planes);
  std::copy(frame.strides.begin(), frame.strides.end(), f.strides);
  f.source = static_cast<std::int32_t>(frame.source.value);
  f.content_time = frame.content_time.time_since_epoch().count();
  f.program_date_time = frame.program_date_time ? frame.program_date_time->time_since_epoch().count() : UNDERSTUDY_NO_TIME;
  f.duration = frame.duration.count();
  f.lost_before = frame.lost_before;
  f.repeated_before = frame.repeated_before;
  sink_.present(sink_.user, &f, due.time_since_epoch().count());
}

}  // namespace understudy::capi
