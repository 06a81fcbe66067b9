// Pictures as JavaScript reads them: planar 4:2:0 with eight bits, and a record of numbers that describes one.
#pragma once

#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <stdint.h>

// Read as an Int32Array, but for the time; the order is known to src/worker/software.js.
typedef struct PictureRecord {
  double time;
  int32_t planes[3];
  int32_t strides[3];
  int32_t width, height;
  int32_t sar_num, sar_den;
  int32_t matrix;  // 601, 709 or 2020
  int32_t full_range;
  int32_t damaged;
} PictureRecord;

typedef struct PictureConverter {
  AVBufferPool *pool;
  int pool_size;
} PictureConverter;

/// Makes planar 4:2:0 with eight bits of `frame` where it is something else; an error for what is not YUV or grey.
int picture_convert(PictureConverter *converter, AVFrame *frame);
void picture_converter_free(PictureConverter *converter);
void picture_describe(const AVFrame *frame, int damaged, PictureRecord *record);
