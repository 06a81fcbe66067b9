// Decodes segment bytes with libavformat and libavcodec, the judges that share no code with origin or player.
#pragma once

#include <string>
#include <vector>

#include "origin/strip.h"

namespace understudy::test {

struct DecodedPicture {
  std::int64_t pts = 0;  // 90 kHz
  bool key = false;
  int width = 0;
  int height = 0;
  double mean_luma = 0;
  std::optional<server::StripValue> strip;
};

struct Decoded {
  std::vector<DecodedPicture> pictures;  // in presentation order
  std::vector<float> sound;              // first channel
  std::int64_t sound_pts = 0;            // 90 kHz, of the first sample
  int sample_rate = 0;
  std::string error;  // empty: everything was read
};

/// `scale_to_height`: scales each picture before its strip is read; 0: as it is.
Decoded decode(const std::string& bytes, int scale_to_height = 0);
/// As decode(), of a URL, until so many pictures were seen.
Decoded decode_url(const std::string& url, std::size_t pictures);

}  // namespace understudy::test
