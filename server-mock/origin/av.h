// FFmpeg's objects as owners. Included by the .cpp files and tests that use FFmpeg only.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "understudy/result.h"

namespace understudy::server::av {

struct Deleter {
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVCodecParameters* p) const { avcodec_parameters_free(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
  void operator()(SwrContext* p) const { swr_free(&p); }
};
using Frame = std::unique_ptr<AVFrame, Deleter>;
using Packet = std::unique_ptr<AVPacket, Deleter>;
using Codec = std::unique_ptr<AVCodecContext, Deleter>;
using Parameters = std::unique_ptr<AVCodecParameters, Deleter>;
using Scaler = std::unique_ptr<SwsContext, Deleter>;
using Resampler = std::unique_ptr<SwrContext, Deleter>;

inline Unexpected failed(const std::string& what, int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return fail(ErrorCode::internal, what + ": " + text);
}

}  // namespace understudy::server::av
