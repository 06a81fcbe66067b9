#include "core/health/metric.h"

#include <array>

namespace understudy::health {

namespace {

struct Entry {
  Metric metric;
  std::string_view name;
  Unit unit;
};

// In the order of the enumerators: the index is the metric.
constexpr std::array<Entry, 20> kEntries = {{
    {Metric::input_loss, "input_loss", Unit::milliseconds},
    {Metric::playlist_stale, "playlist_stale", Unit::milliseconds},
    {Metric::segment_errors, "segment_errors", Unit::count},
    {Metric::failed_requests, "failed_requests", Unit::percent},
    {Metric::download_queue, "download_queue", Unit::count},
    {Metric::processing_queue, "processing_queue", Unit::count},
    {Metric::dropped_frames, "dropped_frames", Unit::count},
    {Metric::video_loss, "video_loss", Unit::milliseconds},
    {Metric::audio_loss, "audio_loss", Unit::milliseconds},
    {Metric::black_screen, "black_screen", Unit::milliseconds},
    {Metric::static_video, "static_video", Unit::milliseconds},
    {Metric::silence, "silence", Unit::milliseconds},
    {Metric::static_audio, "static_audio", Unit::milliseconds},
    {Metric::cc_last_seen, "cc_last_seen", Unit::milliseconds},
    {Metric::scte_last_seen, "scte_last_seen", Unit::milliseconds},
    {Metric::id3_last_seen, "id3_last_seen", Unit::milliseconds},
    {Metric::ts_p1_errors, "ts_p1_errors", Unit::per_minute},
    {Metric::ts_p2_errors, "ts_p2_errors", Unit::per_minute},
    {Metric::av_desync, "av_desync", Unit::milliseconds},
    {Metric::pts_jump, "pts_jump", Unit::milliseconds},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<std::size_t>(kEntries[i].metric) != i) return false;
  }
  return true;
}
static_assert(in_order());

const Entry& entry(Metric metric) { return kEntries[static_cast<std::size_t>(metric)]; }

}  // namespace

std::string_view to_string(Metric metric) { return entry(metric).name; }

std::optional<Metric> metric_from_string(std::string_view name) {
  for (const Entry& candidate : kEntries) {
    if (candidate.name == name) return candidate.metric;
  }
  return std::nullopt;
}

Unit unit_of(Metric metric) { return entry(metric).unit; }

std::string_view to_string(Unit unit) {
  switch (unit) {
    case Unit::milliseconds: return "ms";
    case Unit::percent: return "%";
    case Unit::count: return "count";
    case Unit::per_minute: return "per minute";
  }
  return "unknown";
}

}  // namespace understudy::health
