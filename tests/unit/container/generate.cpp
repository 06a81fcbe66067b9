#include "generate.h"

#include <unistd.h>

#include <cstdlib>

namespace understudy::test {

std::map<std::string, Bytes> generate_files(const std::string& options) {
  namespace fs = std::filesystem;
  std::map<std::string, Bytes> files;
  std::string folder = (fs::temp_directory_path() / "understudy-judge-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return files;
  std::string command = "ffmpeg -nostdin -v quiet -y " + options;
  for (std::size_t at = 0; (at = command.find('@', at)) != std::string::npos;) command.replace(at, 1, folder);
  if (std::system(command.c_str()) == 0) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      files[entry.path().filename().string()] = read_file(entry.path());
    }
  }
  fs::remove_all(folder);
  return files;
}

std::optional<Bytes> generate(const std::string& options, const std::string& extension) {
  auto files = generate_files(options + " -bitexact @/out." + extension);
  if (files.empty()) return std::nullopt;
  return std::move(files.begin()->second);
}

}  // namespace understudy::test
