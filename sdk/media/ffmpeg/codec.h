// What both decoders share: FFmpeg's contexts with their deleters, opening a codec, packets without a copy. Included by
// .cpp files only.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

#include <memory>

#include "media/packet_queue.h"
#include "understudy/result.h"

namespace understudy::media {

struct CodecContextDeleter {
  void operator()(AVCodecContext* c) const { avcodec_free_context(&c); }
};
struct FrameDeleter {
  void operator()(AVFrame* f) const { av_frame_free(&f); }
};
struct PacketDeleter {
  void operator()(AVPacket* p) const { av_packet_free(&p); }
};
using CodecContext = std::unique_ptr<AVCodecContext, CodecContextDeleter>;
using FramePtr = std::unique_ptr<AVFrame, FrameDeleter>;
using PacketPtr = std::unique_ptr<AVPacket, PacketDeleter>;

Result<CodecContext> open_codec(const container::TrackInfo& track);
/// Lets `target` refer to the packet's bytes, with its content time in nanoseconds as the time stamp.
bool refer_to(const Packet& packet, AVPacket& target);
/// FFmpeg's text for an error number.
std::string error_text(int averror);

}  // namespace understudy::media
