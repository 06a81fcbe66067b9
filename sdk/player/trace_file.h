// The file that a trace goes to: lines in, one failure out.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "understudy/error.h"

namespace understudy {

class TraceFile {
 public:
  /// Begins a new file; one that is there is overwritten.
  explicit TraceFile(const std::string& path);

  /// After a failure, or beyond kMaxBytes, nothing more is written: what is there is a trace up to that line.
  void write(std::string_view line);
  /// Why nothing is written any more; given once.
  std::optional<Error> take_failure();

 private:
  static constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 30;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void give_up(const std::string& why);

  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t bytes_ = 0;
  std::optional<Error> failure_;
};

}  // namespace understudy
