#include "sound.h"

#include <libavutil/error.h>
#include <libavutil/mem.h>
#include <libavutil/samplefmt.h>
#include <string.h>

static float as_float(const uint8_t *data, enum AVSampleFormat packed, int index) {
  switch (packed) {
    case AV_SAMPLE_FMT_U8: return ((float)data[index] - 128.0f) / 128.0f;
    case AV_SAMPLE_FMT_S16: return (float)((const int16_t *)data)[index] / 32768.0f;
    case AV_SAMPLE_FMT_S32: return (float)((const int32_t *)data)[index] / 2147483648.0f;
    case AV_SAMPLE_FMT_DBL: return (float)((const double *)data)[index];
    default: return ((const float *)data)[index];
  }
}

int sound_convert(SoundBuffer *buffer, const AVFrame *frame, SoundRecord *record) {
  const int channels = frame->ch_layout.nb_channels;
  const int frames = frame->nb_samples;
  const enum AVSampleFormat packed = av_get_packed_sample_fmt(frame->format);
  if (channels < 1 || frames < 1 || packed == AV_SAMPLE_FMT_S64 || packed == AV_SAMPLE_FMT_NONE)
    return AVERROR_PATCHWELCOME;
  av_fast_malloc(&buffer->samples, &buffer->size, sizeof(float) * (size_t)channels * (size_t)frames);
  if (buffer->samples == NULL) return AVERROR(ENOMEM);
  const int planar = av_sample_fmt_is_planar(frame->format);
  for (int c = 0; c < channels; ++c) {
    float *out = buffer->samples + (size_t)c * (size_t)frames;
    const uint8_t *in = frame->extended_data[planar ? c : 0];
    if (frame->format == AV_SAMPLE_FMT_FLTP) {
      memcpy(out, in, sizeof(float) * (size_t)frames);
    } else {
      for (int i = 0; i < frames; ++i) out[i] = as_float(in, packed, planar ? i : i * channels + c);
    }
  }
  record->has_time = frame->pts != AV_NOPTS_VALUE;
  record->time = record->has_time ? (double)frame->pts : 0;
  record->samples = (int32_t)(intptr_t)buffer->samples;
  record->sample_rate = frame->sample_rate;
  record->channels = channels;
  return frames;
}

void sound_buffer_free(SoundBuffer *buffer) { av_freep(&buffer->samples); }
