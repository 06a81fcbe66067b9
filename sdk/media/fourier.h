// The Fourier transform of the sound matching: FFmpeg's where it is linked in, else our own (browser/fourier.cpp).
#pragma once

#include <cstddef>
#include <memory>

namespace understudy::media {

class Fourier {
 public:
  struct Point {
    float re = 0;
    float im = 0;
  };
  struct Free {
    void operator()(Point* points) const;
  };
  using Points = std::unique_ptr<Point, Free>;

  /// `points`: a power of four.
  explicit Fourier(int points);
  ~Fourier();
  Fourier(const Fourier&) = delete;
  Fourier& operator=(const Fourier&) = delete;

  bool usable() const;
  /// Zeroed, and aligned as the transform wants it; empty where there is no memory.
  static Points make_points(int points);
  /// Not scaled: forward and inverse multiply by the number of points. `in` may be changed.
  void forward(Point* in, Point* out);
  void inverse(Point* in, Point* out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::media
