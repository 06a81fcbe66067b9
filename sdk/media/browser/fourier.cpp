// Stockham's transform of radix 4, which needs no reordering: 8 passes over 65,536 points. libavutil's would bring its
// transforms of all kinds and types into the engine.
#include "media/fourier.h"

#include <cmath>
#include <new>
#include <utility>
#include <vector>

namespace understudy::media {
namespace {

using Point = Fourier::Point;

Point operator+(Point a, Point b) { return {a.re + b.re, a.im + b.im}; }
Point operator-(Point a, Point b) { return {a.re - b.re, a.im - b.im}; }
Point operator*(Point a, Point b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; }
Point turned(Point a) { return {-a.im, a.re}; }  // times i

void swap_parts(Point* points, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) std::swap(points[i].re, points[i].im);
}

}  // namespace

struct Fourier::Impl {
  explicit Impl(std::size_t points) : count(points), roots(points) {
    constexpr double kTurn = 6.283185307179586476925;
    for (std::size_t i = 0; i < count; ++i) {
      const double angle = kTurn * static_cast<double>(i) / static_cast<double>(count);
      roots[i] = {static_cast<float>(std::cos(angle)), static_cast<float>(-std::sin(angle))};
    }
  }

  /// `length`: of each of the `stride` transforms that are left to do.
  void pass(const Point* in, Point* out, std::size_t length, std::size_t stride) const {
    const std::size_t quarter = length / 4;
    for (std::size_t p = 0; p < quarter; ++p) {
      const Point w1 = roots[p * stride];
      const Point w2 = roots[2 * p * stride];
      const Point w3 = roots[3 * p * stride];
      const Point* from = in + stride * p;
      Point* to = out + 4 * stride * p;
      for (std::size_t q = 0; q < stride; ++q) {
        const Point a = from[q];
        const Point b = from[q + stride * quarter];
        const Point c = from[q + 2 * stride * quarter];
        const Point d = from[q + 3 * stride * quarter];
        const Point sum = a + c;
        const Point difference = a - c;
        const Point other_sum = b + d;
        const Point other_difference = turned(b - d);
        to[q] = sum + other_sum;
        to[q + stride] = w1 * (difference - other_difference);
        to[q + 2 * stride] = w2 * (sum - other_sum);
        to[q + 3 * stride] = w3 * (difference + other_difference);
      }
    }
  }

  std::size_t count;
  std::vector<Point> roots;
};

void Fourier::Free::operator()(Point* points) const { delete[] points; }

Fourier::Fourier(int points) : impl_(std::make_unique<Impl>(static_cast<std::size_t>(points))) {}
Fourier::~Fourier() = default;

bool Fourier::usable() const { return true; }

Fourier::Points Fourier::make_points(int points) {
  return Points(new (std::nothrow) Point[static_cast<std::size_t>(points)]{});
}

void Fourier::forward(Point* in, Point* out) {
  Point* from = in;
  Point* to = out;
  std::size_t stride = 1;
  for (std::size_t length = impl_->count; length >= 4; length /= 4, stride *= 4) {
    impl_->pass(from, to, length, stride);
    std::swap(from, to);
  }
  if (from == in) {
    for (std::size_t i = 0; i < impl_->count; ++i) out[i] = in[i];
  }
}

void Fourier::inverse(Point* in, Point* out) {
  swap_parts(in, impl_->count);
  forward(in, out);
  swap_parts(out, impl_->count);
}

}  // namespace understudy::media
