#include "generate.h"

#include <unistd.h>

#include <cstdlib>

namespace understudy::test {

std::optional<Bytes> generate(const std::string& options, const std::string& extension) {
  namespace fs = std::filesystem;
  std::string folder = (fs::temp_directory_path() / "understudy-judge-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return std::nullopt;
  const std::string file = folder + "/out." + extension;
  const std::string command = "ffmpeg -nostdin -v quiet -y " + options + " -bitexact " + file;
  const int status = std::system(command.c_str());
  std::optional<Bytes> bytes;
  if (status == 0) bytes = read_file(file);
  fs::remove_all(folder);
  return bytes;
}

}  // namespace understudy::test
