// What a viewer heard, from the recording of the real-time sink: digital silence, and which moment of the programme
// each part of the coded tone tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace understudy::test {

struct Wav {
  int rate = 0;
  int channels = 0;
  std::int64_t start_ns = 0;  // of the first sample, on the monotonic clock; 0 where the file does not say
  std::vector<float> mono;    // the first channel
};

/// Nothing where there is no such file or it is no WAV.
std::optional<Wav> read_wav(const std::string& path);

/// Samples [begin, end), or less of them.
struct SampleRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Runs of more than 2 ms without an audible sample (a tone crosses zero), in order.
std::vector<SampleRange> silences(const Wav& wav, SampleRange range);

/// The programme against the recording's own time: constant while nothing is skipped or repeated.
struct SoundPosition {
  std::size_t sample = 0;
  double offset_ms = 0;  // content time − recording time, modulo the period of the tone
};

/// Looks every 250 ms, also at sound that is played up to 0.5 % faster or slower; places where the tone cannot be told
/// (silence, a splice inside) are left out.
std::vector<SoundPosition> locate_sound(const Wav& wav, SampleRange range);

/// Sum of the content time that was skipped or repeated from one position to the next; what the resampler's 0.5 % can
/// do is none.
double jumps_ms(const std::vector<SoundPosition>& positions, int rate);

struct Sound {
  double seconds = 0;
  double silence_ms = 0;  // digital silence between the first and the last sound
  double longest_silence_ms = 0;
  double jumps_ms = 0;       // sum of content time skipped or repeated, from the coded tone
  std::int64_t located = 0;  // how many windows the tone was located in
};

/// Error: a Sound with seconds = 0.
Sound judge_sound(const std::string& wav_path);

}  // namespace understudy::test
