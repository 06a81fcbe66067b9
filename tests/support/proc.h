// What /proc says of a process: memory, descriptors, sockets, threads, processor time. Linux only, as the tests are.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace understudy::test {

struct ProcessFigures {
  bool alive = false;
  std::int64_t rss_kb = 0;
  std::int64_t pss_kb = 0;  // 0 where it was not asked for: the kernel walks all pages for it
  int threads = 0;
  int descriptors = 0;
  int sockets = 0;
  double cpu_s = 0;
};

namespace proc_detail {

inline std::int64_t number_after(const std::string& path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.rfind(name, 0) == 0) return std::atoll(line.c_str() + name.size());
  return 0;
}

}  // namespace proc_detail

inline std::int64_t rss_kb(pid_t pid) {
  return proc_detail::number_after("/proc/" + std::to_string(pid) + "/status", "VmRSS:");
}

inline double cpu_seconds(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

inline ProcessFigures process_figures(pid_t pid, bool with_pss = false) {
  const std::string root = "/proc/" + std::to_string(pid);
  ProcessFigures f;
  f.rss_kb = rss_kb(pid);
  f.threads = static_cast<int>(proc_detail::number_after(root + "/status", "Threads:"));
  f.alive = f.threads > 0 && f.rss_kb > 0;
  if (with_pss) f.pss_kb = proc_detail::number_after(root + "/smaps_rollup", "Pss:");
  f.cpu_s = cpu_seconds(pid);
  std::error_code error;
  for (std::filesystem::directory_iterator it(root + "/fd", error), end; !error && it != end; it.increment(error)) {
    ++f.descriptors;
    std::error_code gone;  // it may have been closed since
    f.sockets += std::filesystem::read_symlink(it->path(), gone).string().rfind("socket:", 0) == 0;
  }
  return f;
}

}  // namespace understudy::test
