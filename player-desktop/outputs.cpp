#include "outputs.h"

#include <fmt/format.h>

#include <filesystem>

#include "clock.h"
#include "observers/filmstrip.h"
#include "observers/frames_csv.h"
#include "observers/snapshot.h"
#include "observers/y4m.h"

namespace understudy::desktop {
namespace {

/// Files that are written at the end: better to hear of a wrong folder before an hour of playing than after it.
Result<void> check_folders(const Options& options) {
  for (const std::string& file :
       {options.report_file, options.filmstrip_file, options.snapshot_file, options.trace_file}) {
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    std::error_code error;
    if (!folder.empty() && !std::filesystem::is_directory(folder, error)) {
      return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}: no such folder", file));
    }
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Outputs>> Outputs::open(const Options& options, Instant start, OutputCallbacks callbacks,
                                               ScreenObserver* extra) {
  if (auto checked = check_folders(options); !checked) return Unexpected{checked.error()};
  std::unique_ptr<Outputs> self(new Outputs());
  self->fonts_ = std::make_unique<Fonts>();
  if (!options.headless) {
    auto window = SdlWindow::open(*self->fonts_, options.fullscreen);
    if (!window) return Unexpected{window.error()};
    self->window_ = std::move(*window);
  }
  if (auto opened = self->open_audio(options); !opened) return Unexpected{opened.error()};
  if (auto opened = self->open_observers(options, start, callbacks); !opened) return Unexpected{opened.error()};
  std::vector<ScreenObserver*> all;
  if (extra != nullptr) all.push_back(extra);
  if (self->window_) all.push_back(self->window_.get());
  for (const auto& observer : self->observers_) all.push_back(observer.get());
  self->tee_ = std::make_unique<TeeVideoSink>(std::move(all), [] { return monotonic_now(); });
  return self;
}

Result<void> Outputs::open_audio(const Options& options) {
  if (!options.wav_file.empty()) {
    auto wav = WavAudioSink::open(options.wav_file);
    if (!wav) return Unexpected{wav.error()};
    wav_ = std::move(*wav);
    return {};
  }
  if (!options.headless && !options.null_audio) {
    auto speaker = SdlAudioSink::open();
    if (speaker) {
      speaker_ = std::move(*speaker);
      return {};
    }
    audio_problem_ = speaker.error();
  }
  silent_ = std::make_unique<NullAudioSink>();
  return {};
}

Result<void> Outputs::open_observers(const Options& options, Instant start, const OutputCallbacks& callbacks) {
  if (!options.y4m_file.empty()) {
    auto y4m = Y4mObserver::open(options.y4m_file);
    if (!y4m) return Unexpected{y4m.error()};
    observers_.push_back(std::move(*y4m));
  }
  if (!options.frames_file.empty()) {
    auto csv = FramesCsv::open(options.frames_file, callbacks.source_name);
    if (!csv) return Unexpected{csv.error()};
    observers_.push_back(std::move(*csv));
  }
  if (!options.filmstrip_file.empty()) {
    observers_.push_back(std::make_unique<Filmstrip>(options.filmstrip_file, *fonts_, start,
                                                     Filmstrip::Callbacks{callbacks.content, callbacks.source_name}));
  }
  if (!options.snapshot_file.empty()) {
    observers_.push_back(std::make_unique<Snapshot>(options.snapshot_file, *fonts_, callbacks.content));
  }
  return {};
}

AudioSink& Outputs::audio() {
  if (wav_) return *wav_;
  if (speaker_) return *speaker_;
  return *silent_;
}

std::optional<Error> Outputs::take_audio_problem() {
  if (speaker_ && speaker_->take_device_lost())
    return Error{ErrorCode::audio_output_failed, "the sound device is gone"};
  return std::exchange(audio_problem_, std::nullopt);
}

Result<void> Outputs::finish(Instant now) {
  Result<void> video = tee_->finish(now);
  Result<void> audio = wav_ ? wav_->finish(now) : Result<void>{};
  return video ? audio : video;
}

}  // namespace understudy::desktop
