// What tests need of the platform whose decoders are linked in: FFmpeg's (platform_ffmpeg.cpp), or the fake of a
// browser's (browser/fake_platform.cpp).
#pragma once

#include "media/pipeline.h"

namespace understudy::test {

/// Iterates until nothing more comes of the decoders at this time: a platform wakes the engine when something did.
void iterate(media::Pipeline& pipeline, Instant now);
/// The picture with its planes.
VideoFrame visible(const VideoFrame& frame);
/// Nothing is left of tests before.
void begin_platform();

}  // namespace understudy::test
