#include "media/fourier.h"

extern "C" {
#include <libavutil/mem.h>
#include <libavutil/tx.h>
}

namespace understudy::media {

static_assert(sizeof(Fourier::Point) == sizeof(AVComplexFloat));

struct Fourier::Impl {
  AVTXContext* forward = nullptr;
  AVTXContext* inverse = nullptr;
  av_tx_fn run_forward = nullptr;
  av_tx_fn run_inverse = nullptr;

  ~Impl() {
    av_tx_uninit(&forward);
    av_tx_uninit(&inverse);
  }
};

void Fourier::Free::operator()(Point* points) const { av_free(points); }

Fourier::Fourier(int points) : impl_(std::make_unique<Impl>()) {
  const float one = 1;
  Impl& t = *impl_;
  if (av_tx_init(&t.forward, &t.run_forward, AV_TX_FLOAT_FFT, 0, points, &one, 0) < 0) t.forward = nullptr;
  if (av_tx_init(&t.inverse, &t.run_inverse, AV_TX_FLOAT_FFT, 1, points, &one, 0) < 0) t.inverse = nullptr;
}

Fourier::~Fourier() = default;

bool Fourier::usable() const { return impl_->forward != nullptr && impl_->inverse != nullptr; }

Fourier::Points Fourier::make_points(int points) {
  return Points(static_cast<Point*>(av_calloc(static_cast<std::size_t>(points), sizeof(Point))));
}

void Fourier::forward(Point* in, Point* out) { impl_->run_forward(impl_->forward, out, in, sizeof(Point)); }
void Fourier::inverse(Point* in, Point* out) { impl_->run_inverse(impl_->inverse, out, in, sizeof(Point)); }

}  // namespace understudy::media
