// understudy-replay: feeds a recorded trace to the engine of this build and compares what comes out.
#include <cstdio>
#include <cstring>
#include <string>

#include "core/trace/replay.h"

namespace {

constexpr const char* kUsage =
    "usage: understudy-replay [--print] TRACE\n"
    "\n"
    "Feeds the inputs of TRACE to a fresh session and compares its outputs, line by line.\n"
    "  --print  writes the whole trace as this build gives it to standard output instead\n"
    "  --help   this text\n"
    "\n"
    "exit status: 0 the same, 1 different (the first difference is printed), 2 a bad trace, or bad usage\n";

constexpr std::size_t kMaxTraceBytes = std::size_t{1} << 30;

bool read_file(const char* path, std::string& text) {
  std::FILE* file = std::fopen(path, "rb");
  if (file == nullptr) return false;
  char block[1 << 16];
  std::size_t n = 0;
  while ((n = std::fread(block, 1, sizeof block, file)) > 0 && text.size() <= kMaxTraceBytes) text.append(block, n);
  const bool good = std::ferror(file) == 0 && text.size() <= kMaxTraceBytes;
  std::fclose(file);
  return good;
}

int bad(const std::string& why) {
  std::fprintf(stderr, "understudy-replay: %s\n", why.c_str());
  return 2;
}

int print(const std::string& trace) {
  const auto done = understudy::trace::rerecord(trace, [](std::string_view line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
  });
  if (!done) return bad(done.error().detail);
  return std::fflush(stdout) == 0 ? 0 : bad("standard output failed");
}

int compare(const std::string& trace) {
  const auto result = understudy::trace::replay(trace);
  if (!result) return bad(result.error().detail);
  if (result->difference) {
    std::printf("line %zu differs\nrecorded: %s\nreplayed: %s\n", result->difference->line, result->difference->recorded.c_str(),
                result->difference->replayed.c_str());
    return 1;
  }
  std::printf("same: %zu inputs, %zu outputs\n", result->inputs, result->outputs);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--help") == 0) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const bool printing = argc == 3 && std::strcmp(argv[1], "--print") == 0;
  if (!printing && (argc != 2 || argv[1][0] == '-')) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  std::string trace;
  if (!read_file(argv[argc - 1], trace)) return bad("cannot read the trace, or it is larger than 1 GiB");
  return printing ? print(trace) : compare(trace);
}
