#include "display.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "origin/strip.h"

namespace understudy::bench {
namespace {

constexpr const char* kXvfb = "/usr/bin/Xvfb";

// Fields of an XWD header (X11/XWDFile.h): 32 bits each, big-endian, by index.
constexpr std::size_t kHeaderSize = 0;
constexpr std::size_t kBytesPerLine = 12;
constexpr std::size_t kColours = 19;
constexpr std::size_t kBytesPerColour = 12;

std::uint32_t field(const std::uint8_t* header, std::size_t index) {
  const std::uint8_t* p = header + 4 * index;
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | p[3];
}

}  // namespace

std::unique_ptr<Display> Display::open(const test::TempDir& dir, int width, int height) {
  if (!std::filesystem::exists(kXvfb)) return nullptr;
  std::unique_ptr<Display> self(new Display(width, height));
  const std::string folder = dir.file("display");
  std::filesystem::create_directories(folder);
  const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
  // -displayfd: it takes a free number and says which once it is ready.
  self->server_ = std::make_unique<test::Process>(
      std::vector<std::string>{kXvfb, "-displayfd", "1", "-screen", "0", screen, "-fbdir", folder, "-nolisten", "tcp"},
      folder + "/number");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < deadline && self->server_->running()) {
    std::ifstream number(folder + "/number");
    std::string line;
    if (std::getline(number, line) && !number.eof() && self->map(folder + "/Xvfb_screen0")) {
      self->name_ = ":" + line;
      return self;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return nullptr;
}

Display::~Display() {
  if (file_ != nullptr) ::munmap(const_cast<std::uint8_t*>(file_), file_size_);
}

bool Display::map(const std::string& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat facts {};
  ::fstat(fd, &facts);
  file_size_ = static_cast<std::size_t>(facts.st_size);
  void* mapped = file_size_ < 100 ? MAP_FAILED : ::mmap(nullptr, file_size_, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (mapped == MAP_FAILED) return false;
  file_ = static_cast<const std::uint8_t*>(mapped);
  pixels_at_ = field(file_, kHeaderSize) + kBytesPerColour * field(file_, kColours);
  bytes_per_line_ = field(file_, kBytesPerLine);
  const auto height = static_cast<std::size_t>(height_);
  return bytes_per_line_ >= 4 * static_cast<std::size_t>(width_) && pixels_at_ + height * bytes_per_line_ <= file_size_;
}

bool Display::shows_picture() {
  const auto width = static_cast<std::size_t>(width_);
  const auto rows = static_cast<std::size_t>(server::strip_height(height_));
  luma_.assign(width * static_cast<std::size_t>(height_), 0);
  for (std::size_t y = 0; y < rows; ++y) {
    const std::uint8_t* line = file_ + pixels_at_ + y * bytes_per_line_;
    // The strip is grey: its green is its luma.
    for (std::size_t x = 0; x < width; ++x) luma_[y * width + x] = line[4 * x + 1];
  }
  return server::read_strip(luma_.data(), width_, width_, height_).has_value();
}

}  // namespace understudy::bench
