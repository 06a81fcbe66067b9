#include "fonts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace understudy::desktop {
namespace {

constexpr std::size_t kMaxOpen = 48;

const char* file_of(Face face) {
  switch (face) {
    case Face::regular: return "DejaVuSans.ttf";
    case Face::bold: return "DejaVuSans-Bold.ttf";
    case Face::mono: return "DejaVuSansMono.ttf";
  }
  return "DejaVuSans.ttf";
}

std::string find_folder() {
  std::vector<std::string> folders;
  if (const char* own = std::getenv("UNDERSTUDY_FONT_DIR")) folders.emplace_back(own);
  for (const char* system :
       {"/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu-sans-fonts", "/usr/share/fonts/dejavu",
        "/usr/share/fonts/TTF", "/usr/local/share/fonts/dejavu", "/usr/local/share/fonts"}) {
    folders.emplace_back(system);
  }
  if (const char* home = std::getenv("HOME")) {
    folders.push_back(std::string(home) + "/.local/share/fonts");
    folders.push_back(std::string(home) + "/.fonts");
  }
  const auto has_font = [](const std::string& folder) {
    std::error_code error;
    return std::filesystem::exists(folder + "/" + file_of(Face::regular), error);
  };
  const auto found = std::find_if(folders.begin(), folders.end(), has_font);
  return found == folders.end() ? std::string() : *found;
}

}  // namespace

Fonts::Fonts() : started_(TTF_Init() == 0) {
  if (started_) folder_ = find_folder();
}

Fonts::~Fonts() {
  open_.clear();
  if (started_) TTF_Quit();
}

TTF_Font* Fonts::get(Face face, int pixels) {
  if (!available()) return nullptr;
  const std::pair<Face, int> key{face, std::clamp(pixels, 8, 160)};
  if (const auto found = open_.find(key); found != open_.end()) return found->second.get();
  if (open_.size() >= kMaxOpen) open_.clear();
  TTF_Font* font = TTF_OpenFont((folder_ + "/" + file_of(face)).c_str(), key.second);
  if (font == nullptr) font = TTF_OpenFont((folder_ + "/" + file_of(Face::regular)).c_str(), key.second);
  open_[key].reset(font);
  return font;
}

}  // namespace understudy::desktop
