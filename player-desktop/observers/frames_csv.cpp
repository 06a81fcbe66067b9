#include "observers/frames_csv.h"

#include <fmt/format.h>

#include "player/event_json.h"

namespace understudy::desktop {
namespace {

/// RFC 4180: a field with a separator or a quote is quoted.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

Result<std::unique_ptr<FramesCsv>> FramesCsv::open(const std::string& path,
                                                   std::function<std::string(SourceId)> name_of) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path));
  return std::unique_ptr<FramesCsv>(new FramesCsv(file, std::move(name_of)));
}

FramesCsv::FramesCsv(std::FILE* file, std::function<std::string(SourceId)> name_of)
    : file_(file), name_of_(std::move(name_of)) {
  fmt::print(file_.get(), "monotonic_ns,due_ns,media_time_ns,program_date_time,source,lost_before,repeated_before\n");
}

void FramesCsv::on_picture(const VideoFrame& frame, Instant due, Instant now) {
  pending_.push_back(
      {now, due, frame.content_time, frame.program_date_time, frame.source, frame.lost_before, frame.repeated_before});
}

void FramesCsv::tick(Instant /*now*/) {
  for (const Row& row : pending_) {
    fmt::print(file_.get(), "{},{},{},{},{},{},{}\n", row.now.time_since_epoch().count(),
               row.due.time_since_epoch().count(), row.media_time.time_since_epoch().count(),
               row.date ? to_iso8601(*row.date) : "", csv_field(name_of_(row.source)), row.lost, row.repeated);
  }
  pending_.clear();
}

Result<void> FramesCsv::finish(Instant now) {
  tick(now);
  if (std::fflush(file_.get()) != 0 || std::ferror(file_.get()) != 0) {
    return fail(ErrorCode::file_output_failed, "the frame list could not be written");
  }
  return {};
}

}  // namespace understudy::desktop
