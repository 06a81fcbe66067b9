#include "observers/wav_audio_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace understudy::desktop {
namespace {

constexpr std::size_t kCommentBytes = 48;
constexpr std::int64_t kMaxDataBytes = 0xffff'0000;

void append_number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

}  // namespace

Result<std::unique_ptr<WavAudioSink>> WavAudioSink::open(const std::string& path, AudioFormat format) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fail(ErrorCode::file_output_failed, fmt::format("cannot write {}", path));
  return std::unique_ptr<WavAudioSink>(new WavAudioSink(file, format));
}

WavAudioSink::WavAudioSink(std::FILE* file, AudioFormat format)
    : NullAudioSink(format), file_(file), output_(format), seekable_(std::fseek(file, 0, SEEK_CUR) == 0) {}

WavAudioSink::~WavAudioSink() = default;

void WavAudioSink::write_header() {
  const auto data_bytes = static_cast<std::uint64_t>(frames_) * static_cast<std::uint64_t>(output_.channels) * 2;
  std::string comment = fmt::format("start_monotonic_ns={}", start_.time_since_epoch().count());
  comment.resize(kCommentBytes, '\0');
  std::string header = "RIFF";
  append_number(header, 4 + 24 + 20 + kCommentBytes + 8 + data_bytes, 4);
  header += "WAVEfmt ";
  append_number(header, 16, 4);
  append_number(header, 1, 2);  // PCM
  append_number(header, static_cast<std::uint64_t>(output_.channels), 2);
  append_number(header, static_cast<std::uint64_t>(output_.sample_rate), 4);
  append_number(header, static_cast<std::uint64_t>(output_.sample_rate * output_.channels * 2), 4);
  append_number(header, static_cast<std::uint64_t>(output_.channels * 2), 2);
  append_number(header, 16, 2);
  header += "LIST";
  append_number(header, 4 + 8 + kCommentBytes, 4);
  header += "INFOICMT";
  append_number(header, kCommentBytes, 4);
  header += comment + "data";
  append_number(header, std::min<std::uint64_t>(data_bytes, 0xffff'ffff), 4);
  failed_ = failed_ || std::fwrite(header.data(), 1, header.size(), file_.get()) != header.size();
}

void WavAudioSink::write(std::span<const float> samples, Instant now) {
  if (!begun_) {
    begun_ = true;
    start_ = now;
    write_header();
  }
  catch_up(now);
  NullAudioSink::write(samples, now);
}

void WavAudioSink::set_paused(bool paused, Instant now) {
  NullAudioSink::set_paused(paused, now);
  idle_ = true;
  if (!paused) catch_up(now);
}

void WavAudioSink::flush(Instant now) {
  NullAudioSink::flush(now);
  idle_ = true;
}

void WavAudioSink::catch_up(Instant now) {
  if (!idle_ || !begun_) return;
  idle_ = false;
  pad_to(frames_since_start(now));
}

std::int64_t WavAudioSink::frames_since_start(Instant now) const {
  const Duration d = now - start_;
  const std::int64_t seconds = d.count() / 1'000'000'000;
  return seconds * output_.sample_rate + d.count() % 1'000'000'000 * output_.sample_rate / 1'000'000'000;
}

void WavAudioSink::on_played(std::span<const float> samples) {
  if (begun_) write_samples(samples);
}

void WavAudioSink::pad_to(std::int64_t frames) {
  const std::vector<float> silence(static_cast<std::size_t>(output_.channels) * 1024);
  while (frames_ < frames && !full_) {
    const auto run = static_cast<std::size_t>(std::min<std::int64_t>(frames - frames_, 1024));
    write_samples({silence.data(), run * static_cast<std::size_t>(output_.channels)});
  }
}

void WavAudioSink::write_samples(std::span<const float> samples) {
  const auto bytes = (frames_ * output_.channels + static_cast<std::int64_t>(samples.size())) * 2;
  full_ = full_ || (seekable_ && bytes > kMaxDataBytes);
  if (full_) return;
  scratch_.clear();
  for (const float sample : samples) {
    scratch_.push_back(static_cast<std::int16_t>(std::lrintf(std::clamp(sample, -1.0f, 1.0f) * 32767.0f)));
  }
  failed_ = failed_ || std::fwrite(scratch_.data(), 2, scratch_.size(), file_.get()) != scratch_.size();
  frames_ += static_cast<std::int64_t>(samples.size()) / output_.channels;
}

Result<void> WavAudioSink::finish(Instant now) {
  advance(now);
  if (begun_) pad_to(frames_since_start(now));
  if (seekable_ && std::fseek(file_.get(), 0, SEEK_SET) == 0) write_header();
  if (failed_ || std::fflush(file_.get()) != 0)
    return fail(ErrorCode::file_output_failed, "the wav output could not be written");
  if (full_) return fail(ErrorCode::file_output_failed, "the wav output reached its bound of 4 GiB");
  return {};
}

}  // namespace understudy::desktop
