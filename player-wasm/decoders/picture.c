#include "picture.h"

#include <libavutil/error.h>
#include <libavutil/pixdesc.h>
#include <string.h>

static int matrix_of(const AVFrame *frame) {
  switch (frame->colorspace) {
    case AVCOL_SPC_BT709: return 709;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return 2020;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
    case AVCOL_SPC_FCC: return 601;
    default: return frame->height >= 720 ? 709 : 601;  // what every player assumes
  }
}

void picture_describe(const AVFrame *frame, int damaged, PictureRecord *record) {
  record->time = (double)frame->pts;
  for (int i = 0; i < 3; ++i) {
    record->planes[i] = (int32_t)(intptr_t)frame->data[i];
    record->strides[i] = frame->linesize[i];
  }
  record->width = frame->width;
  record->height = frame->height;
  const AVRational sar = frame->sample_aspect_ratio;
  record->sar_num = sar.num > 0 && sar.den > 0 ? sar.num : 1;
  record->sar_den = sar.num > 0 && sar.den > 0 ? sar.den : 1;
  record->matrix = matrix_of(frame);
  record->full_range = frame->color_range == AVCOL_RANGE_JPEG;
  record->damaged = damaged;
}

// One sample of a plane as eight bits, rounded.
static int sample(const uint8_t *row, int x, int depth) {
  if (depth == 8) return row[x];
  const int value = ((const uint16_t *)row)[x];
  const int rounded = (value + (1 << (depth - 9))) >> (depth - 8);
  return rounded > 255 ? 255 : rounded;
}

// Each sample of `out` is the mean of the `step_x` by `step_y` samples of `in` that it covers.
static void shrink_plane(const AVFrame *in, int plane, int depth, int in_w, int in_h, int step_x, int step_y,
                         uint8_t *out, int stride, int w, int h) {
  for (int y = 0; y < h; ++y) {
    const int last = in_h - 1;
    const int top = y * step_y < last ? y * step_y : last;
    const int bottom = top + step_y - 1 < last ? top + step_y - 1 : last;
    const uint8_t *a = in->data[plane] + (ptrdiff_t)top * in->linesize[plane];
    const uint8_t *b = in->data[plane] + (ptrdiff_t)bottom * in->linesize[plane];
    for (int x = 0; x < w; ++x) {
      const int left = x * step_x;
      const int right = left + step_x - 1 < in_w - 1 ? left + step_x - 1 : in_w - 1;
      out[x] = (uint8_t)((sample(a, left, depth) + sample(a, right, depth) + sample(b, left, depth) +
                          sample(b, right, depth) + 2) >> 2);
    }
    out += stride;
  }
}

static int ceil_shift(int value, int shift) { return (value + (1 << shift) - 1) >> shift; }

static AVFrame *new_picture(PictureConverter *converter, const AVFrame *in, int stride, int chroma_stride) {
  const int size = stride * in->height + 2 * chroma_stride * ceil_shift(in->height, 1);
  if (size != converter->pool_size) {
    av_buffer_pool_uninit(&converter->pool);
    converter->pool = av_buffer_pool_init((size_t)size, NULL);
    converter->pool_size = size;
  }
  AVFrame *out = av_frame_alloc();
  if (out == NULL || converter->pool == NULL || av_frame_copy_props(out, in) < 0) goto failed;
  out->buf[0] = av_buffer_pool_get(converter->pool);
  if (out->buf[0] == NULL) goto failed;
  out->width = in->width;
  out->height = in->height;
  out->format = AV_PIX_FMT_YUV420P;
  out->linesize[0] = stride;
  out->linesize[1] = out->linesize[2] = chroma_stride;
  out->data[0] = out->buf[0]->data;
  out->data[1] = out->data[0] + stride * in->height;
  out->data[2] = out->data[1] + chroma_stride * ceil_shift(in->height, 1);
  return out;
failed:
  av_frame_free(&out);
  return NULL;
}

int picture_convert(PictureConverter *converter, AVFrame *frame) {
  if (frame->format == AV_PIX_FMT_YUV420P) return 0;
  if (frame->format == AV_PIX_FMT_YUVJ420P) {
    frame->color_range = AVCOL_RANGE_JPEG;
    return 0;
  }
  const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(frame->format);
  const int grey = format != NULL && format->nb_components == 1;
  const uint64_t unlike = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_HWACCEL |
                          AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT;
  if (format == NULL || (format->flags & unlike) != 0 || (!grey && (format->flags & AV_PIX_FMT_FLAG_PLANAR) == 0))
    return AVERROR_PATCHWELCOME;
  const int depth = format->comp[0].depth;
  if (depth < 8 || depth > 16 || format->comp[0].shift != 0) return AVERROR_PATCHWELCOME;

  const int w = frame->width, h = frame->height, cw = ceil_shift(w, 1), ch = ceil_shift(h, 1);
  AVFrame *out = new_picture(converter, frame, (w + 15) & ~15, (cw + 15) & ~15);
  if (out == NULL) return AVERROR(ENOMEM);
  if (frame->format == AV_PIX_FMT_YUVJ422P || frame->format == AV_PIX_FMT_YUVJ444P) out->color_range = AVCOL_RANGE_JPEG;
  shrink_plane(frame, 0, depth, w, h, 1, 1, out->data[0], out->linesize[0], w, h);
  for (int plane = 1; plane < 3; ++plane) {
    if (grey) {
      memset(out->data[plane], 128, (size_t)out->linesize[plane] * (size_t)ch);
    } else {
      const int shift_w = format->log2_chroma_w, shift_h = format->log2_chroma_h;
      shrink_plane(frame, plane, depth, ceil_shift(w, shift_w), ceil_shift(h, shift_h), 2 >> shift_w, 2 >> shift_h,
                   out->data[plane], out->linesize[plane], cw, ch);
    }
  }
  av_frame_unref(frame);
  av_frame_move_ref(frame, out);
  av_frame_free(&out);
  return 0;
}

void picture_converter_free(PictureConverter *converter) { av_buffer_pool_uninit(&converter->pool); }
