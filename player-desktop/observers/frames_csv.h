// One row per presented picture.
#pragma once

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "observers/observer.h"

namespace understudy::desktop {

class FramesCsv final : public ScreenObserver {
 public:
  /// `name_of` is asked within tick() and finish() only. Error: file_output_failed.
  static Result<std::unique_ptr<FramesCsv>> open(const std::string& path, std::function<std::string(SourceId)> name_of);

  void on_picture(const VideoFrame& frame, Instant due, Instant now) override;
  void on_clear(Instant) override {}
  void tick(Instant now) override;
  Result<void> finish(Instant now) override;

 private:
  struct Row {
    Instant now{};
    Instant due{};
    MediaTime media_time{};
    std::optional<WallTime> date;
    SourceId source{};
    std::uint32_t lost = 0;
    std::uint32_t repeated = 0;
  };
  struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  FramesCsv(std::FILE* file, std::function<std::string(SourceId)> name_of);

  std::unique_ptr<std::FILE, FileCloser> file_;
  std::function<std::string(SourceId)> name_of_;
  std::vector<Row> pending_;  // of one round of the player: a few
};

}  // namespace understudy::desktop
