// libavcodec's decoders for JavaScript, as a module of their own beside the engine: packets in, pictures and sound out.
//
// One packet at a time: sd_input() gives the place to write it to, sd_send() decodes it, sd_picture() or sd_sound() are
// then called until they return 0. A picture stays in this module's memory under a number until sd_release(); what a
// number stands for is read from the record that sd_picture() fills. Times are integers that fit a double and are not
// changed. All numbers below zero are FFmpeg's errors.
#include <emscripten.h>
#include <libavcodec/avcodec.h>
#include <libavutil/buffer.h>
#include <libavutil/error.h>
#include <libavutil/frame.h>
#include <libavutil/log.h>
#include <libavutil/mem.h>
#include <stdint.h>
#include <string.h>

#include "picture.h"
#include "sound.h"

// The engine holds a handful of pictures per decoder and two decoders at most in turn; more is a leak, and is refused.
enum { kMaxPictures = 48, kMaxConfig = 1 << 16, kMaxPacket = 16 << 20 };

typedef struct Decoder {
  AVCodecContext *context;
  AVPacket *packet;
  AVFrame *frame;
  AVBufferRef *input;
  PictureConverter pictures;
  SoundBuffer sound;
} Decoder;

static AVFrame *held[kMaxPictures];  // picture number n is held[n - 1]

static void free_decoder(Decoder *d) {
  avcodec_free_context(&d->context);
  av_packet_free(&d->packet);
  av_frame_free(&d->frame);
  av_buffer_unref(&d->input);
  picture_converter_free(&d->pictures);
  sound_buffer_free(&d->sound);
  av_free(d);
}

// FFmpeg wants an Ogg identification header (RFC 7845 5.1), which is the dOps body (Opus in ISOBMFF 4.3.2) in little
// endian.
static int opus_head(uint8_t *head, const uint8_t *dops, int size) {
  static const uint8_t order[] = {3, 2, 7, 6, 5, 4, 9, 8};
  if (size < 11) return 0;
  memcpy(head, "OpusHead\1", 9);
  head[9] = dops[1];
  for (int i = 0; i < 8; ++i) head[10 + i] = dops[order[i]];
  memcpy(head + 18, dops + 10, (size_t)size - 10);
  return size + 8;
}

// FFmpeg wants the STREAMINFO alone; dfLa has metadata blocks with their headers.
static int flac_stream_info(uint8_t *info, const uint8_t *dfla, int size) {
  const int whole = size < 4 + 34 || (dfla[0] & 0x7f) != 0;
  memcpy(info, whole ? dfla : dfla + 4, whole ? (size_t)size : 34);
  return whole ? size : 34;
}

static int set_config(AVCodecContext *context, const uint8_t *config, int size) {
  if (size <= 0) return 0;
  if (size > kMaxConfig) return AVERROR_INVALIDDATA;
  context->extradata = av_mallocz((size_t)size + 8 + AV_INPUT_BUFFER_PADDING_SIZE);
  if (context->extradata == NULL) return AVERROR(ENOMEM);
  if (context->codec_id == AV_CODEC_ID_OPUS) {
    context->extradata_size = opus_head(context->extradata, config, size);
  } else if (context->codec_id == AV_CODEC_ID_FLAC) {
    context->extradata_size = flac_stream_info(context->extradata, config, size);
  } else {
    memcpy(context->extradata, config, (size_t)size);
    context->extradata_size = size;
  }
  return 0;
}

/// Whether this build has a decoder of that name ("h264", "aac", …).
EMSCRIPTEN_KEEPALIVE int sd_has(const char *name) {
  const AVCodecDescriptor *codec = avcodec_descriptor_get_by_name(name);
  return codec != NULL && avcodec_find_decoder(codec->id) != NULL;
}

/// `a`, `b`: width and height, or sample rate and channels; 0 where unknown. NULL when it cannot be opened.
EMSCRIPTEN_KEEPALIVE Decoder *sd_open(const char *name, const uint8_t *config, int size, int a, int b) {
  av_log_set_level(AV_LOG_QUIET);  // errors are values here
  const AVCodecDescriptor *descriptor = avcodec_descriptor_get_by_name(name);
  const AVCodec *codec = descriptor != NULL ? avcodec_find_decoder(descriptor->id) : NULL;
  Decoder *d = codec != NULL ? av_mallocz(sizeof(*d)) : NULL;
  if (d == NULL) return NULL;
  d->context = avcodec_alloc_context3(codec);
  d->packet = av_packet_alloc();
  d->frame = av_frame_alloc();
  if (d->context == NULL || d->packet == NULL || d->frame == NULL || set_config(d->context, config, size) < 0) {
    free_decoder(d);
    return NULL;
  }
  // The same settings as on the desktop (sdk/media/codec.cpp), so that both see the same pictures and the same damage.
  d->context->thread_count = 1;
  d->context->pkt_timebase = (AVRational){1, 1000000};
  d->context->err_recognition = AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
  d->context->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;  // priming is accounted for by time stamps
  if (codec->type == AVMEDIA_TYPE_AUDIO) {
    d->context->sample_rate = a;
    if (b > 0) av_channel_layout_default(&d->context->ch_layout, b);
  } else {
    d->context->width = a;
    d->context->height = b;
  }
  if (avcodec_open2(d->context, codec, NULL) < 0) {
    free_decoder(d);
    return NULL;
  }
  return d;
}

/// Where the next packet's `size` bytes are to be written. NULL when there is no memory, or the packet is absurd.
EMSCRIPTEN_KEEPALIVE uint8_t *sd_input(Decoder *d, int size) {
  if (size < 0 || size > kMaxPacket) return NULL;
  const size_t needed = (size_t)size + AV_INPUT_BUFFER_PADDING_SIZE;
  // A decoder may keep the last packet for longer than the call; it then keeps that buffer, and this makes another.
  if (d->input == NULL || d->input->size < needed || !av_buffer_is_writable(d->input)) {
    av_buffer_unref(&d->input);
    d->input = av_buffer_alloc(needed + needed / 2);
    if (d->input == NULL) return NULL;
  }
  memset(d->input->data + size, 0, AV_INPUT_BUFFER_PADDING_SIZE);
  return d->input->data;
}

EMSCRIPTEN_KEEPALIVE int sd_send(Decoder *d, int size, double time, int key) {
  if (d->input == NULL) return AVERROR(EINVAL);
  d->packet->buf = av_buffer_ref(d->input);
  if (d->packet->buf == NULL) return AVERROR(ENOMEM);
  d->packet->data = d->input->data;
  d->packet->size = size;
  d->packet->pts = (int64_t)time;
  d->packet->dts = AV_NOPTS_VALUE;
  d->packet->flags = key ? AV_PKT_FLAG_KEY : 0;
  const int status = avcodec_send_packet(d->context, d->packet);
  av_packet_unref(d->packet);
  return status;
}

/// From here on sd_picture() and sd_sound() give out what is held; sd_reset() makes it ready for packets again.
EMSCRIPTEN_KEEPALIVE void sd_drain(Decoder *d) { avcodec_send_packet(d->context, NULL); }
EMSCRIPTEN_KEEPALIVE void sd_reset(Decoder *d) { avcodec_flush_buffers(d->context); }
EMSCRIPTEN_KEEPALIVE void sd_close(Decoder *d) { free_decoder(d); }

// 0 where no frame is ready, also at the end of draining.
static int receive(Decoder *d) {
  int status;
  do {
    status = avcodec_receive_frame(d->context, d->frame);
  } while (status >= 0 && d->frame->pts == AV_NOPTS_VALUE && d->context->codec_type == AVMEDIA_TYPE_VIDEO);
  return status >= 0 ? 1 : status == AVERROR(EAGAIN) || status == AVERROR_EOF ? 0 : status;
}

static int damaged(const AVFrame *frame) {
  return (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
}

/// The next picture's number, with its record; 0: none yet. AVERROR(ENOSPC): too many are held; it is dropped.
EMSCRIPTEN_KEEPALIVE int sd_picture(Decoder *d, PictureRecord *record) {
  const int status = receive(d);
  if (status <= 0) return status;
  int number = 1;
  while (number <= kMaxPictures && held[number - 1] != NULL) ++number;
  AVFrame *frame = number <= kMaxPictures ? av_frame_alloc() : NULL;
  if (frame == NULL) {
    av_frame_unref(d->frame);
    return AVERROR(ENOSPC);
  }
  av_frame_move_ref(frame, d->frame);
  const int converted = picture_convert(&d->pictures, frame);
  if (converted < 0) {
    av_frame_free(&frame);
    return converted;
  }
  picture_describe(frame, damaged(frame), record);
  held[number - 1] = frame;
  return number;
}

EMSCRIPTEN_KEEPALIVE void sd_release(int number) {
  if (number >= 1 && number <= kMaxPictures) av_frame_free(&held[number - 1]);
}

/// The next sound as planes of floats, valid until the next call; returns its samples per channel, 0: none yet.
EMSCRIPTEN_KEEPALIVE int sd_sound(Decoder *d, SoundRecord *record) {
  const int status = receive(d);
  if (status <= 0) return status;
  const int frames = damaged(d->frame) ? AVERROR_INVALIDDATA : sound_convert(&d->sound, d->frame, record);
  av_frame_unref(d->frame);
  return frames;
}
