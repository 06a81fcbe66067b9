#include "origin/settings.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace understudy::server {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 4096;

/// Reads members one by one and keeps the first complaint.
class Reader {
 public:
  explicit Reader(const json& object) : object_(object) {}

  template <class T>
  void number(const char* name, T& out, T low, T high) {
    const json* v = find(name);
    if (v == nullptr) return;
    if (!v->is_number() || (std::is_integral_v<T> && !v->is_number_integer()))
      return complain(name, "is not a number of its kind");
    const double value = v->get<double>();  // before it is narrowed
    if (!(value >= static_cast<double>(low) && value <= static_cast<double>(high)))
      return complain(name, "is out of its range");
    out = v->get<T>();
  }
  template <class T>
  void number(const char* name, std::optional<T>& out, T low, T high) {
    if (find(name) == nullptr) return;
    T value{};
    number(name, value, low, high);
    out = value;
  }
  void flag(const char* name, bool& out) {
    const json* v = find(name);
    if (v == nullptr) return;
    if (!v->is_boolean()) return complain(name, "is not true or false");
    out = v->get<bool>();
  }
  void text(const char* name, std::string& out, std::initializer_list<const char*> allowed = {}) {
    const json* v = find(name);
    if (v == nullptr) return;
    if (!v->is_string() || v->get_ref<const std::string&>().size() > kMaxText)
      return complain(name, "is not a (short) string");
    out = v->get<std::string>();
    if (allowed.size() == 0) return;
    if (std::find(allowed.begin(), allowed.end(), out) == allowed.end()) complain(name, "has no such value");
  }
  void complain(const std::string& name, const std::string& what) {
    if (error_.empty()) error_ = "origin." + name + " " + what;
  }
  const std::string& error() const { return error_; }

 private:
  const json* find(const char* name) const {
    const auto it = object_.find(name);
    return it == object_.end() || it->is_null() ? nullptr : &*it;
  }
  const json& object_;
  std::string error_;
};

void read_frame_rate(Reader& r, FrameRate& out) {
  double fps = 0;
  r.number("fps", fps, 0.0, 120.0);
  if (fps == 0) return;
  const double whole = std::round(fps);
  if (std::abs(fps - whole) < 1e-6 && whole >= 5) {
    out = {static_cast<std::int64_t>(whole), 1};
  } else if (fps > 5 && std::abs(fps - std::ceil(fps) * 1000 / 1001) < 0.01) {
    out = {static_cast<std::int64_t>(std::ceil(fps)) * 1000, 1001};
  } else {
    r.complain("fps", "is neither whole nor one of 23.976, 29.97, 59.94");
  }
}

bool one_of(int value, std::initializer_list<int> set) { return std::find(set.begin(), set.end(), value) != set.end(); }

}  // namespace

Result<ChannelSettings> parse_settings(const std::string& text, const std::string& default_source) {
  const json object = json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!object.is_object()) return fail(ErrorCode::invalid_config, "origin is not a JSON object");
  ChannelSettings s;
  s.source = default_source;
  Reader r(object);
  std::string container = "ts";
  r.text("container", container, {"ts", "fmp4"});
  s.container = container == "fmp4" ? Container::fmp4 : Container::ts;
  r.number("segment_s", s.segment_s, 0.5, 10.0);
  r.number("gop_s", s.gop_s, 0.1, 10.0);
  r.number("gop_phase_s", s.gop_phase_s, -3600.0, 3600.0);
  r.number("segment_phase_s", s.segment_phase_s, -3600.0, 3600.0);
  r.number<std::int64_t>("pts_base", s.pts_base, 0, (std::int64_t{1} << 33) - 1);
  r.number<std::int64_t>("media_sequence", s.media_sequence, 0, std::int64_t{1} << 53);
  r.number("window", s.window, 3, 100);
  r.flag("pdt", s.pdt);
  r.number<std::int64_t>("pdt_skew_ms", s.pdt_skew_ms, -3'600'000, 3'600'000);
  r.number<std::int64_t>("lag_ms", s.lag_ms, 0, 600'000);
  r.number("ahead_s", s.ahead_s, 0.0, 600.0);
  r.number("width", s.width, 64, 3840);
  r.number("height", s.height, 48, 2160);
  read_frame_rate(r, s.fps);
  r.number("bitrate_kbps", s.bitrate_kbps, 50, 50'000);
  r.text("preset", s.preset);
  r.number("bframes", s.bframes, 0, 3);
  r.text("audio_codec", s.audio_codec, {"aac", "ac3", "eac3", "mp3", "none"});
  r.number("audio_rate", s.audio_rate, 16'000, 48'000);
  r.number("audio_channels", s.audio_channels, 1, 2);
  r.number("audio_bitrate_kbps", s.audio_bitrate_kbps, 24, 512);
  r.text("label", s.label);
  r.number<std::uint8_t>("channel_index", s.channel_index, 0, 255);
  r.flag("strip", s.strip);
  r.text("source", s.source);

  if (s.width % 2 != 0) r.complain("width", "is odd");
  if (s.height % 2 != 0) r.complain("height", "is odd");
  // The tone needs a whole number of samples per symbol, AC-3 and MP3 their own rates.
  if (!one_of(s.audio_rate, {16'000, 24'000, 32'000, 44'100, 48'000})) r.complain("audio_rate", "has no such value");
  if (s.audio_codec != "aac" && s.audio_codec != "none" && s.audio_rate < 32'000)
    r.complain("audio_rate", "is too low for audio_codec");
  if (!r.error().empty()) return fail(ErrorCode::invalid_config, r.error());
  return s;
}

namespace {

std::int64_t frames(double seconds, FrameRate rate) {
  return std::llround(seconds * static_cast<double>(rate.num) / static_cast<double>(rate.den));
}

}  // namespace

SegmentPlan::SegmentPlan(const ChannelSettings& s)
    : gop_(std::max<std::int64_t>(1, frames(s.gop_s.value_or(s.segment_s), s.fps))),
      gop_phase_(frames(s.gop_phase_s.value_or(s.segment_phase_s), s.fps)),
      segment_(std::max<std::int64_t>(1, frames(s.segment_s, s.fps))),
      segment_phase_(frames(s.segment_phase_s, s.fps)) {}

std::int64_t SegmentPlan::boundary_after(std::int64_t n) const {
  const std::int64_t here = floor_div(boundary_at_or_before(n) - segment_phase_, segment_);
  return key_frame_at_or_after(std::max(n + 1, (here + 1) * segment_ + segment_phase_));
}

std::int64_t SegmentPlan::boundary_at_or_before(std::int64_t n) const {
  std::int64_t key = n - floor_mod(n - gop_phase_, gop_);
  while (floor_div(key - gop_ - segment_phase_, segment_) == floor_div(key - segment_phase_, segment_)) key -= gop_;
  return key;
}

std::int64_t SegmentPlan::longest() const { return (segment_ + gop_ - 1) / gop_ * gop_; }

}  // namespace understudy::server
