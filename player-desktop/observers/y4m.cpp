#include "observers/y4m.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace understudy::desktop {
namespace {

constexpr std::size_t kMaxQueued = 240;
constexpr int kPhaseGain = 16;      // a sixteenth of the error is corrected at each picture …
constexpr int kMaxPhaseStep = 100;  // … but at most a hundredth of a period

void copy_plane(const std::uint8_t* from, int stride, int step, int from_w, int from_h, std::uint8_t* to, int w,
                int h) {
  for (int y = 0; y < h; ++y) {
    const std::uint8_t* row = from + static_cast<std::ptrdiff_t>(y) * from_h / h * stride;
    if (w == from_w && step == 1) {
      to = std::copy_n(row, w, to);
      continue;
    }
    for (int x = 0; x < w; ++x) *to++ = row[static_cast<std::ptrdiff_t>(x) * from_w / w * step];
  }
}

}  // namespace

FrameRate frame_rate_of(Duration frame_duration) {
  constexpr FrameRate kRates[] = {{10, 1}, {12, 1},       {15, 1},       {20, 1},  {24000, 1001},
                                  {24, 1}, {25, 1},       {30000, 1001}, {30, 1},  {48, 1},
                                  {50, 1}, {60000, 1001}, {60, 1},       {100, 1}, {120, 1}};
  if (frame_duration <= Duration::zero()) return {};
  const auto distance = [&](const FrameRate& rate) { return std::llabs((rate.period() - frame_duration).count()); };
  return *std::min_element(std::begin(kRates), std::end(kRates),
                           [&](const FrameRate& a, const FrameRate& b) { return distance(a) < distance(b); });
}

std::vector<std::uint8_t> to_i420(const VideoFrame& frame, int width, int height) {
  const int chroma_w = (width + 1) / 2;
  const int chroma_h = (height + 1) / 2;
  const int from_w = (frame.width + 1) / 2;
  const int from_h = (frame.height + 1) / 2;
  const std::size_t luma = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  const std::size_t chroma = static_cast<std::size_t>(chroma_w) * static_cast<std::size_t>(chroma_h);
  std::vector<std::uint8_t> out(luma + 2 * chroma);
  copy_plane(frame.planes[0], frame.strides[0], 1, frame.width, frame.height, out.data(), width, height);
  const bool interleaved = frame.format == PixelFormat::nv12;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::uint8_t* plane = interleaved ? frame.planes[1] + i : frame.planes[1 + i];
    const int stride = interleaved ? frame.strides[1] : frame.strides[1 + i];
    copy_plane(plane, stride, interleaved ? 2 : 1, from_w, from_h, out.data() + luma + i * chroma, chroma_w, chroma_h);
  }
  return out;
}

Result<std::unique_ptr<Y4mObserver>> Y4mObserver::open(const std::string& path) {
  const bool is_stdout = path == "-";
  std::FILE* file = is_stdout ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path));
  return std::unique_ptr<Y4mObserver>(new Y4mObserver(file, !is_stdout));
}

Y4mObserver::Y4mObserver(std::FILE* file, bool owned) : file_(file), owned_(owned), writer_([this] { write_all(); }) {}

Y4mObserver::~Y4mObserver() {
  stop_writer();
  if (owned_ && file_ != nullptr) std::fclose(file_);
}

void Y4mObserver::on_picture(const VideoFrame& frame, Instant /*due*/, Instant now) {
  if (!begun_) {
    begun_ = true;
    width_ = frame.width;
    height_ = frame.height;
    rate_ = frame_rate_of(frame.duration);
    period_ = rate_.period();
    next_tick_ = now + period_ / 2;
  }
  tick(now);
  shown_ = frame;
  fresh_ = true;
  follow_phase(now);
}

void Y4mObserver::follow_phase(Instant now) {
  const Duration error = now - (next_tick_ - period_ / 2);
  const Duration step = period_ / kMaxPhaseStep;
  next_tick_ += std::clamp(error / kPhaseGain, -step, step);
}

void Y4mObserver::on_clear(Instant now) {
  tick(now);
  shown_.reset();
}

void Y4mObserver::tick(Instant now) {
  if (!begun_) return;
  for (; next_tick_ <= now; next_tick_ += period_) {
    const Mark mark = !shown_ ? Mark::card : fresh_ ? Mark::fresh : Mark::repeated;
    enqueue({shown_, next_tick_, mark});
    fresh_ = false;
  }
}

std::optional<Instant> Y4mObserver::next_tick() const {
  if (!begun_) return std::nullopt;
  return next_tick_;
}

void Y4mObserver::enqueue(Item item) {
  const std::lock_guard lock(mutex_);
  if (queue_.size() >= kMaxQueued) {
    ++dropped_;
    return;
  }
  queue_.push_back(std::move(item));
  changed_.notify_one();
}

void Y4mObserver::write_all() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Item item = std::move(queue_.front());
    queue_.pop_front();
    if (failed_) continue;
    lock.unlock();
    const bool ok = write_item(item);
    lock.lock();
    failed_ = failed_ || !ok;
  }
}

bool Y4mObserver::write_item(const Item& item) {
  if (!header_written_) {
    header_written_ = true;
    fmt::print(file_, "YUV4MPEG2 W{} H{} F{}:{} Ip A1:1 C420jpeg\n", width_, height_, rate_.num, rate_.den);
  }
  fmt::print(file_, "FRAME XT{} X{}\n", item.at.time_since_epoch().count(), static_cast<char>(item.mark));
  std::vector<std::uint8_t> planes;
  if (item.frame) {
    planes = to_i420(*item.frame, width_, height_);
  } else {
    const std::size_t luma = static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_);
    const std::size_t chroma = static_cast<std::size_t>((width_ + 1) / 2) * static_cast<std::size_t>((height_ + 1) / 2);
    planes.assign(luma, 16);
    planes.resize(luma + 2 * chroma, 128);
  }
  return std::fwrite(planes.data(), 1, planes.size(), file_) == planes.size();
}

void Y4mObserver::stop_writer() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_one();
  }
  writer_.join();
}

Result<void> Y4mObserver::finish(Instant now) {
  tick(now);
  stop_writer();
  const bool flushed = std::fflush(file_) == 0;
  if (failed_ || !flushed) return fail(ErrorCode::file_output_failed, "the y4m output could not be written");
  if (dropped_ > 0) {
    return fail(ErrorCode::file_output_failed,
                fmt::format("the y4m output was too slow: {} pictures are missing", dropped_));
  }
  return {};
}

}  // namespace understudy::desktop
