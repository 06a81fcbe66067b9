// The health metrics of FAILOVER.md 5: one vocabulary for rules, events, reports and the service.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace understudy::health {

enum class Metric {
  input_loss,
  playlist_stale,
  segment_errors,
  failed_requests,
  download_queue,
  processing_queue,
  dropped_frames,
  video_loss,
  audio_loss,
  black_screen,
  static_video,
  silence,
  static_audio,
  cc_last_seen,
  scte_last_seen,
  id3_last_seen,
  ts_p1_errors,
  ts_p2_errors,
  av_desync,
  pts_jump,
};

enum class Unit {
  milliseconds,
  percent,
  count,
  per_minute,
};

/// The stable name, e.g. "input_loss"; static storage.
std::string_view to_string(Metric metric);
std::optional<Metric> metric_from_string(std::string_view name);

Unit unit_of(Metric metric);
std::string_view to_string(Unit unit);

}  // namespace understudy::health
