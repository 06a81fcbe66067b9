#include "media/sound_match.h"

#include <algorithm>
#include <cmath>

#include "media/fourier.h"
#include "media/sample_time.h"

namespace understudy::media {
namespace {

constexpr std::int64_t kPoints = 65'536;
// Two encodings of one programme correlate by more than 0.95; two seconds of music that have half their notes in common
// by 0.7. Sound that repeats itself has rivals of 0.98 and more, a second of few pitches one of up to 0.88.
constexpr double kLeastCorrelation = 0.8;
constexpr double kMostRival = 0.9;
// Below -60 dB of full scale there is nothing to recognise.
constexpr double kSilence = 1e-3;
// Of the spectrally flattened sound, per sample: what a codec leaves of silence.
constexpr double kFlatSilence = 1e-8;
constexpr float kFlatten = 0.95F;
// Where the correlation fell to this share of its peak, the peak's own neighbourhood ends.
constexpr float kLobe = 0.5F;
const std::int64_t kLeast = sample_index(SoundMatch::kLeastOverlap, SoundMatch::kRate);

/// Programme sound is strongest in the bass, where a peak is wide and repeats; its first difference is flatter. The
/// uppermost octave is left out: what lies between two samples would correlate badly.
void flatten(std::vector<float>& samples) {
  float a = 0;
  float b = 0;
  float last = samples.empty() ? 0 : samples[0];
  for (float& sample : samples) {
    const float difference = sample - kFlatten * last;
    last = sample;
    sample = a + 2 * b + difference;
    a = b;
    b = difference;
  }
}

std::vector<double> running_energy(const std::vector<float>& samples) {
  std::vector<double> energy(samples.size() + 1);
  for (std::size_t i = 0; i < samples.size(); ++i)
    energy[i + 1] = energy[i] + static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
  return energy;
}

}  // namespace

MediaTime SoundPiece::end() const {
  return begin + sample_duration(static_cast<std::int64_t>(samples.size()), SoundMatch::kRate);
}

class SoundMatch::Transform {
 public:
  using Point = Fourier::Point;

  bool usable() const { return fourier_.usable() && input_ && spectrum_ && query_; }

  void set_query(const std::vector<float>& query) {
    std::fill_n(input_.get(), kPoints, Point{});
    for (std::size_t i = 0; i < query.size(); ++i) input_.get()[i].re = query[i];
    fourier_.forward(input_.get(), query_.get());
  }

  Point* input() { return input_.get(); }
  /// Correlates two real signals at once, one in the real, one in the imaginary part of the input.
  const Point* correlate() {
    fourier_.forward(input_.get(), spectrum_.get());
    Point* s = spectrum_.get();
    const Point* q = query_.get();
    for (std::int64_t i = 0; i < kPoints; ++i) {
      const Point v = s[i];
      s[i].re = v.re * q[i].re + v.im * q[i].im;
      s[i].im = v.im * q[i].re - v.re * q[i].im;
    }
    fourier_.inverse(spectrum_.get(), input_.get());
    return input_.get();
  }

 private:
  Fourier fourier_{static_cast<int>(kPoints)};
  Fourier::Points input_ = Fourier::make_points(static_cast<int>(kPoints));
  Fourier::Points spectrum_ = Fourier::make_points(static_cast<int>(kPoints));
  Fourier::Points query_ = Fourier::make_points(static_cast<int>(kPoints));
};

std::shared_ptr<SoundMatch::Transform> SoundMatch::make_transform() { return std::make_shared<Transform>(); }

SoundMatch::SoundMatch(SoundPiece query, std::vector<SoundPiece> reference, std::shared_ptr<Transform> transform)
    : transform_(std::move(transform)), query_(std::move(query)) {
  const auto longest = static_cast<std::size_t>(sample_index(kLongest, kRate));
  if (query_.samples.size() > longest) query_.samples.resize(longest);
  done_ = !worth_comparing();
  if (done_) return;
  flatten(query_.samples);
  query_energy_ = running_energy(query_.samples);
  for (SoundPiece& piece : reference) {
    const auto size = static_cast<std::int64_t>(piece.samples.size());
    if (size < kLeast) continue;
    flatten(piece.samples);
    Stretch stretch;
    stretch.energy = running_energy(piece.samples);
    stretch.first_lag = kLeast - static_cast<std::int64_t>(query_.samples.size());
    stretch.score.resize(static_cast<std::size_t>(size - kLeast - stretch.first_lag + 1));
    stretch.piece = std::move(piece);
    stretches_.push_back(std::move(stretch));
  }
  done_ = stretches_.empty();
  if (!done_) transform_->set_query(query_.samples);
}

SoundMatch::~SoundMatch() = default;

bool SoundMatch::worth_comparing() const {
  if (!transform_->usable() || static_cast<std::int64_t>(query_.samples.size()) < kLeast) return false;
  const double energy = running_energy(query_.samples).back();
  return energy > kSilence * kSilence * static_cast<double>(query_.samples.size());
}

bool SoundMatch::step() {
  if (done_) return false;
  Stretch& stretch = stretches_[stretch_];
  correlate(stretch, next_);
  next_ += 2 * (kPoints - static_cast<std::int64_t>(query_.samples.size()) + 1);
  if (next_ < static_cast<std::int64_t>(stretch.score.size())) return true;
  next_ = 0;
  if (++stretch_ < stretches_.size()) return true;
  judge();
  done_ = true;
  return false;
}

/// Scores from index `first` on, as many as two transforms side by side give.
void SoundMatch::correlate(Stretch& stretch, std::int64_t first) {
  const std::int64_t run = kPoints - static_cast<std::int64_t>(query_.samples.size()) + 1;
  const std::vector<float>& samples = stretch.piece.samples;
  const auto size = static_cast<std::int64_t>(samples.size());
  const auto sample = [&](std::int64_t i) { return i >= 0 && i < size ? samples[static_cast<std::size_t>(i)] : 0.0F; };
  Fourier::Point* input = transform_->input();
  const std::int64_t from = stretch.first_lag + first;
  for (std::int64_t i = 0; i < kPoints; ++i) input[i] = {sample(from + i), sample(from + run + i)};
  const Fourier::Point* products = transform_->correlate();
  const auto scores = static_cast<std::int64_t>(stretch.score.size());
  for (std::int64_t i = 0; i < run && first + i < scores; ++i)
    stretch.score[static_cast<std::size_t>(first + i)] = score_of(stretch, first + i, products[i].re);
  for (std::int64_t i = 0; i < run && first + run + i < scores; ++i)
    stretch.score[static_cast<std::size_t>(first + run + i)] = score_of(stretch, first + run + i, products[i].im);
}

std::int64_t SoundMatch::overlap_of(const Stretch& stretch, std::int64_t lag) const {
  const auto query = static_cast<std::int64_t>(query_.samples.size());
  const auto size = static_cast<std::int64_t>(stretch.piece.samples.size());
  return std::min(query, size - lag) - std::max<std::int64_t>(0, -lag);
}

/// The normalised correlation, taken for less where it rests on a part of the query only.
float SoundMatch::score_of(const Stretch& stretch, std::int64_t index, float product) const {
  const std::int64_t lag = stretch.first_lag + index;
  const std::int64_t overlap = overlap_of(stretch, lag);
  const auto begin = static_cast<std::size_t>(std::max<std::int64_t>(0, -lag));
  const auto end = begin + static_cast<std::size_t>(overlap);
  const auto place = static_cast<std::size_t>(lag + static_cast<std::int64_t>(begin));
  const double query = query_energy_[end] - query_energy_[begin];
  const double there = stretch.energy[place + static_cast<std::size_t>(overlap)] - stretch.energy[place];
  const double least = kFlatSilence * static_cast<double>(overlap);
  if (query < least || there < least) return 0;
  const double share = static_cast<double>(overlap) / static_cast<double>(query_.samples.size());
  return static_cast<float>(product / static_cast<double>(kPoints) / std::sqrt(query * there) *
                            std::sqrt(std::sqrt(share)));
}

SoundMatch::Peak SoundMatch::best() const {
  Peak peak;
  for (const Stretch& stretch : stretches_) {
    const auto top = std::max_element(stretch.score.begin(), stretch.score.end());
    if (*top > peak.score) peak = {&stretch, top - stretch.score.begin(), *top};
  }
  return peak;
}

Duration SoundMatch::offset_at(const Stretch& stretch, double index) const {
  const double lag = (index + static_cast<double>(stretch.first_lag)) * 1e9 / kRate;
  return query_.begin - stretch.piece.begin - Duration(std::llround(lag));
}

/// The highest score outside the peak's neighbourhood. A query that reaches over two pieces has its place in both.
float SoundMatch::rival_of(const Peak& peak) const {
  const std::vector<float>& own = peak.stretch->score;
  auto low = static_cast<std::size_t>(peak.index);
  auto high = low;
  while (low > 0 && own[low] > kLobe * peak.score) --low;
  while (high + 1 < own.size() && own[high] > kLobe * peak.score) ++high;
  const Duration first = offset_at(*peak.stretch, static_cast<double>(high));
  const Duration last = offset_at(*peak.stretch, static_cast<double>(low));
  float rival = 0;
  for (const Stretch& stretch : stretches_) {
    for (std::size_t i = 0; i < stretch.score.size(); ++i) {
      if (stretch.score[i] <= rival) continue;
      const Duration offset = offset_at(stretch, static_cast<double>(i));
      if (offset < first || offset > last) rival = stretch.score[i];
    }
  }
  return rival;
}

void SoundMatch::judge() {
  const Peak peak = best();
  if (peak.stretch == nullptr) return;
  const std::vector<float>& score = peak.stretch->score;
  const std::int64_t lag = peak.stretch->first_lag + peak.index;
  const double share = static_cast<double>(overlap_of(*peak.stretch, lag)) / static_cast<double>(query_.samples.size());
  result_.rival = rival_of(peak) / peak.score;
  double fraction = 0;
  double top = peak.score;  // between the samples, where two that are half a sample apart would meet
  if (peak.index > 0 && peak.index + 1 < static_cast<std::int64_t>(score.size())) {
    const double a = score[static_cast<std::size_t>(peak.index - 1)];
    const double b = peak.score;
    const double c = score[static_cast<std::size_t>(peak.index + 1)];
    if (a - 2 * b + c < 0) {
      fraction = (a - c) / 2 / (a - 2 * b + c);
      top = b - (a - c) * fraction / 4;
    }
  }
  result_.offset = offset_at(*peak.stretch, static_cast<double>(peak.index) + fraction);
  result_.correlation = top / std::sqrt(std::sqrt(share));
  result_.clear = result_.correlation >= kLeastCorrelation && result_.rival <= kMostRival;
}

}  // namespace understudy::media
