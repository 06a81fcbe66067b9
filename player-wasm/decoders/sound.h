// Sound as JavaScript reads it: planes of floats one behind the other, and a record of numbers that describes them.
#pragma once

#include <libavutil/frame.h>
#include <stdint.h>

// Read as an Int32Array, but for the time; the order is known to src/worker/software.js.
typedef struct SoundRecord {
  double time;
  int32_t samples;  // `channels` planes of `frames` floats
  int32_t sample_rate;
  int32_t channels;
  int32_t has_time;  // 0: it follows what came before
} SoundRecord;

typedef struct SoundBuffer {
  float *samples;
  unsigned size;
} SoundBuffer;

/// Fills `record`; returns the samples per channel, or an error. The samples are valid until the next call.
int sound_convert(SoundBuffer *buffer, const AVFrame *frame, SoundRecord *record);
void sound_buffer_free(SoundBuffer *buffer);
