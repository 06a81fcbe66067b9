#include "player/trace_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

namespace understudy {

TraceFile::TraceFile(const std::string& path) : file_(std::fopen(path.c_str(), "wb")) {
  if (!file_) {
    give_up(std::strerror(errno));
    return;
  }
  // Line by line: what was recorded before a crash is what one wants to read.
  std::setvbuf(file_.get(), nullptr, _IOLBF, 1 << 16);
}

void TraceFile::write(std::string_view line) {
  if (!file_) return;
  bytes_ += line.size() + 1;
  if (bytes_ > kMaxBytes) return give_up("the file has reached 1 GiB");
  const bool good = std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() && std::fputc('\n', file_.get()) != EOF;
  if (!good) give_up(std::strerror(errno));
}

std::optional<Error> TraceFile::take_failure() { return std::exchange(failure_, std::nullopt); }

void TraceFile::give_up(const std::string& why) {
  failure_ = Error{ErrorCode::file_output_failed, "trace: " + why, 0};
  file_.reset();
}

}  // namespace understudy
