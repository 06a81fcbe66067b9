// Fonts of the system, opened once a face and size. None is bundled: DejaVu is looked for where distributions put it.
#pragma once

#include <SDL_ttf.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace understudy::desktop {

enum class Face { regular, bold, mono };

class Fonts {
 public:
  Fonts();
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  /// False: no font was found; everything is drawn without text.
  bool available() const { return !folder_.empty(); }
  /// Null where the face can't be opened. Owned by this object. Sizes are clamped to 8–160 pixels.
  TTF_Font* get(Face face, int pixels);

 private:
  struct Closer {
    void operator()(TTF_Font* font) const { TTF_CloseFont(font); }
  };
  bool started_ = false;
  std::string folder_;
  std::map<std::pair<Face, int>, std::unique_ptr<TTF_Font, Closer>> open_;  // bounded: a window resize clears it
};

}  // namespace understudy::desktop
