#include "platform.h"

namespace understudy::test {

void iterate(media::Pipeline& pipeline, Instant now) { pipeline.iterate(now); }
VideoFrame visible(const VideoFrame& frame) { return frame; }
void begin_platform() {}

}  // namespace understudy::test
