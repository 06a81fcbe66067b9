// Everything a run writes or shows, opened from the options: window, sound, recordings. Owns it all and closes it in
// order.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cli_options.h"
#include "fonts.h"
#include "observers/wav_audio_sink.h"
#include "sdl_audio_sink.h"
#include "sdl_window.h"
#include "tee_video_sink.h"

namespace understudy::desktop {

/// What the outputs ask the application for.
struct OutputCallbacks {
  std::function<ScreenContent()> content;
  std::function<std::string(SourceId)> source_name;
};

class Outputs {
 public:
  /// `extra` observes the screen, too; it is not owned. Error: video_output_failed or file_output_failed.
  static Result<std::unique_ptr<Outputs>> open(const Options& options, Instant start, OutputCallbacks callbacks,
                                               ScreenObserver* extra);

  TeeVideoSink& video() { return *tee_; }
  AudioSink& audio();
  SdlWindow* window() { return window_.get(); }  // null when headless
  /// Why there is no sound, where there is none. Told once.
  std::optional<Error> take_audio_problem();
  Result<void> finish(Instant now);

 private:
  Outputs() = default;
  Result<void> open_audio(const Options& options);
  Result<void> open_observers(const Options& options, Instant start, const OutputCallbacks& callbacks);

  std::unique_ptr<Fonts> fonts_;
  std::unique_ptr<SdlWindow> window_;
  std::vector<std::unique_ptr<ScreenObserver>> observers_;
  std::unique_ptr<TeeVideoSink> tee_;
  std::unique_ptr<SdlAudioSink> speaker_;
  std::unique_ptr<WavAudioSink> wav_;
  std::unique_ptr<NullAudioSink> silent_;
  std::optional<Error> audio_problem_;
};

}  // namespace understudy::desktop
