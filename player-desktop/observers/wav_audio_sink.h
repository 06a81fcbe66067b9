// A sound device that plays into a WAV file in real time: an underrun, a flush and a pause are silence of their real
// length, so that the file is what a listener would have heard. 16-bit PCM; a LIST/INFO comment holds
// `start_monotonic_ns=…`, the time of the first sample. A file ends at 4 GiB (six hours of stereo): what comes later is
// dropped and finish() says so. Into a pipe it goes on: there the header, which comes with the first sample, tells no length.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "understudy/null_sinks.h"
#include "understudy/result.h"

namespace understudy::desktop {

class WavAudioSink final : public NullAudioSink {
 public:
  /// Error: file_output_failed.
  static Result<std::unique_ptr<WavAudioSink>> open(const std::string& path, AudioFormat format = {});
  ~WavAudioSink() override;

  void write(std::span<const float> samples, Instant now) override;
  void set_paused(bool paused, Instant now) override;
  void flush(Instant now) override;
  /// Lets the device play up to now and completes the file.
  Result<void> finish(Instant now);

 protected:
  void on_played(std::span<const float> samples) override;

 private:
  WavAudioSink(std::FILE* file, AudioFormat format);
  void write_header();
  /// After a flush or a pause, in which the device plays nothing: writes the silence that was heard meanwhile.
  void catch_up(Instant now);
  void write_samples(std::span<const float> samples);
  /// Silence up to `frames` frames from the start.
  void pad_to(std::int64_t frames);
  std::int64_t frames_since_start(Instant now) const;

  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, FileCloser> file_;
  AudioFormat output_;
  bool seekable_;
  bool begun_ = false;
  bool idle_ = false;
  Instant start_{};
  std::int64_t frames_ = 0;
  bool failed_ = false;
  bool full_ = false;
  std::vector<std::int16_t> scratch_;
};

}  // namespace understudy::desktop
