// Pictures and files for tests of the desktop player.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "understudy/frame.h"

namespace understudy::test {

/// A plain picture of one luma.
inline VideoFrame make_picture(int width, int height, int luma, Duration duration = from_ms(40),
                               std::uint32_t source = 0) {
  const int chroma_w = (width + 1) / 2;
  const int chroma_h = (height + 1) / 2;
  auto planes = std::make_shared<std::vector<std::uint8_t>>();
  planes->assign(static_cast<std::size_t>(width * height), static_cast<std::uint8_t>(luma));
  planes->resize(static_cast<std::size_t>(width * height + 2 * chroma_w * chroma_h), 128);
  VideoFrame frame;
  frame.width = width;
  frame.height = height;
  frame.planes = {planes->data(), planes->data() + width * height,
                  planes->data() + width * height + chroma_w * chroma_h};
  frame.strides = {width, chroma_w, chroma_w};
  frame.owner = planes;
  frame.duration = duration;
  frame.source = SourceId{source};
  return frame;
}

/// A file name of this process, removed at the end.
class TempFile {
 public:
  explicit TempFile(const std::string& name)
      : path_((std::filesystem::temp_directory_path() / ("understudy-" + std::to_string(::getpid()) + "-" + name))
                  .string()) {}
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile() {
    std::error_code ignored;
    if (std::getenv("UNDERSTUDY_KEEP") == nullptr) std::filesystem::remove(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

 private:
  std::string path_;
};

}  // namespace understudy::test
