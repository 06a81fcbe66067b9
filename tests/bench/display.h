// A virtual X display whose frame buffer is a mapped file: what is on it can be seen without asking the X server.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "process.h"
#include "rig.h"

namespace understudy::bench {

class Display {
 public:
  /// Null where there is no Xvfb.
  static std::unique_ptr<Display> open(const test::TempDir& dir, int width, int height);
  ~Display();

  /// ":7"
  const std::string& name() const { return name_; }
  /// The test origin's strip can be read at the top of the screen.
  bool shows_picture();

 private:
  Display(int width, int height) : width_(width), height_(height) {}
  bool map(const std::string& file);

  int width_;
  int height_;
  std::string name_;
  std::unique_ptr<test::Process> server_;
  const std::uint8_t* file_ = nullptr;
  std::size_t file_size_ = 0;
  std::size_t pixels_at_ = 0;
  std::size_t bytes_per_line_ = 0;
  std::vector<std::uint8_t> luma_;
};

}  // namespace understudy::bench
