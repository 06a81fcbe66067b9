// Streams for the tests of the media pipeline, encoded when a test asks for them.
//
// Everything is on one content clock: picture n shows its number and is due at n/25 s; the sound at content time t is a
// tone whose phase follows t. So two streams with other encoders' settings, GOP phase and time stamp base carry the
// same programme, and a splice between them can be judged to the frame and to the sample.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sounds.h"
#include "understudy/frame.h"

namespace understudy::test {

constexpr int kFrameRate = 25;
constexpr Duration kFrame = std::chrono::milliseconds(40);
constexpr double kToneHz = 440;

struct StreamSpec {
  std::int64_t first_frame = 0;  // of the programme
  int frames = 150;
  int gop = 25;       // pictures between random access points, and of a segment
  int first_gop = 0;  // of the first segment, where it differs: another GOP phase
  // Pictures that are not in the stream, counted from its first one, as where it was joined in the middle: sound alone.
  int missing_from = 0;
  int missing_until = 0;
  int b_frames = 2;
  int width = 160;
  int height = 96;
  Duration pts_base = std::chrono::seconds(10);
  int sample_rate = 48000;
  int channels = 2;
  bool video = true;
  bool audio = true;
  int bit_rate = 200'000;
  std::string video_encoder = "libx264";
  std::string audio_encoder = "aac";
  bool ten_bit = false;
  Sound sound = Sound::sine;
  int frame_rate = kFrameRate;  // first_frame and frames count these
  int unsignalled_delay = 0;    // samples by which the sound is late against the picture
};

struct EncodedSegment {
  std::vector<std::uint8_t> bytes;  // MPEG-TS
  std::int64_t first_frame = 0;
  int frames = 0;
};

struct EncodedStream {
  StreamSpec spec;
  std::vector<EncodedSegment> segments;
  /// Content time of a picture.
  MediaTime time_of(std::int64_t picture) const {
    return MediaTime(from_ticks(picture, static_cast<std::uint32_t>(spec.frame_rate)));
  }
};

EncodedStream encode(const StreamSpec& spec);
/// Turns over the coded data in the middle of the first picture of a segment, in a way that no container can see.
void spoil_first_picture(std::vector<std::uint8_t>& segment);
/// The number that a picture shows.
std::int64_t picture_number(const VideoFrame& frame);

}  // namespace understudy::test
