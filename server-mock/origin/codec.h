// The encoders of a channel. Video time stamps are content frame numbers, audio time stamps content sample numbers.
#pragma once

#include <deque>

#include "origin/av.h"
#include "origin/settings.h"

namespace understudy::server {

/// H.264 by libx264 where FFmpeg has it. (libx264 is GPL; only this test server asks for it, by name at run time, and
/// the player never does.) Otherwise libopenh264, otherwise whatever H.264 or MPEG-4 encoder there is.
Result<av::Codec> open_video_encoder(const ChannelSettings& settings);
Result<av::Codec> open_audio_encoder(const ChannelSettings& settings);

/// Feeds one frame and appends all packets that come out.
Result<void> encode(AVCodecContext& codec, const AVFrame* frame, std::deque<av::Packet>& out);

/// The RFC 6381 name of a stream for CODECS, e.g. "avc1.42c01e", "mp4a.40.2". `packet`: the first key frame, for
/// streams that carry their parameter sets in band.
std::string codec_name(const AVCodecContext& codec, const AVPacket& packet);

}  // namespace understudy::server
