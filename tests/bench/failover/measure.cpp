#include "measure.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "click.h"
#include "origin/clock.h"

namespace understudy::bench::failover {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kSettle = kSecond;           // after the first picture: several processes start at once
constexpr std::int64_t kAtTheEnd = 2 * kSecond;     // "after": the last seconds of the run
constexpr std::int64_t kStillMoving = kSecond / 2;  // a picture older than this at the end is held
constexpr double kToMs = 1e-6;

using test::Picture;

/// Ticks of [from, to), with the last one before `from` in front, so that a gap across it is seen.
test::Recording part(const test::Recording& all, std::int64_t from, std::int64_t to) {
  test::Recording out;
  out.ticks_per_second = all.ticks_per_second;
  for (const Picture& tick : all.ticks) {
    if (tick.at_ns >= to) break;
    if (tick.at_ns < from) out.ticks.clear();
    out.ticks.push_back(tick);
  }
  return out;
}

/// Calls `new_picture(previous, current)` for each tick that shows another picture than the last readable one.
template <class Function>
void each_new_picture(const test::Recording& recording, Function new_picture) {
  const Picture* last = nullptr;
  for (const Picture& tick : recording.ticks) {
    if (tick.channel < 0 || (last != nullptr && tick.frame == last->frame)) continue;
    if (last != nullptr) new_picture(*last, tick);
    last = &tick;
  }
}

/// Numbers that the recorder's ticks skipped although the screen was handed their pictures: two within one tick.
/// Numbers that were shown before are none of them: the verdict does not count them as lost either.
std::int64_t brief_frames(const test::Recording& recording, const std::vector<std::int64_t>& presented) {
  std::int64_t brief = 0;
  std::int64_t highest = 0;
  each_new_picture(recording, [&](const Picture& before, const Picture& now) {
    highest = std::max(highest, before.frame);
    const std::int64_t skipped = now.frame - highest - 1;
    if (skipped <= 0) return;
    const auto begin = std::upper_bound(presented.begin(), presented.end(), before.at_ns);
    const auto end = std::upper_bound(presented.begin(), presented.end(), now.at_ns);
    brief += std::clamp<std::int64_t>(std::distance(begin, end) - 1, 0, skipped);
  });
  return brief;
}

/// How far the numbers jump, one way or the other, where the source changes.
std::int64_t frames_jumped(const test::Recording& recording) {
  std::int64_t jumped = 0;
  each_new_picture(recording, [&](const Picture& before, const Picture& now) {
    if (now.channel != before.channel) jumped += std::abs(now.frame - before.frame - 1);
  });
  return jumped;
}

/// When the picture of the last tick was new.
std::int64_t last_new_ns(const test::Recording& recording) {
  std::int64_t at = recording.ticks.empty() ? 0 : recording.ticks.front().at_ns;
  each_new_picture(recording, [&](const Picture&, const Picture& now) { at = now.at_ns; });
  return at;
}

double presented_gap_ms(const Evidence& e) {
  double longest = 0;
  for (std::size_t i = 1; i < e.presented_ns.size(); ++i) {
    if (e.presented_ns[i] < e.fault_ns || e.presented_ns[i] > e.end_ns) continue;
    longest = std::max(longest, static_cast<double>(e.presented_ns[i] - e.presented_ns[i - 1]) * kToMs - 1000 / kFps);
  }
  return longest;
}

std::string on_screen_at_end(const Evidence& e) {
  if (e.pictures.ticks.empty() || e.pictures.ticks.back().channel < 0) return "nothing";
  if (e.end_ns - last_new_ns(e.pictures) > kStillMoving) return "held";
  return e.pictures.ticks.back().channel == kPrimary ? "primary" : "fallback";
}

/// Mean of wall time of presentation − moment of the content, over new pictures. A tick lies half a period after its
/// picture.
std::optional<double> live_offset_s(const Evidence& e, std::int64_t from, std::int64_t to) {
  double sum = 0;
  std::int64_t n = 0;
  each_new_picture(part(e.pictures, from, to), [&](const Picture&, const Picture& now) {
    const auto content = server::time_of_frame(now.frame, {25, 1}).time_since_epoch().count();
    sum += static_cast<double>(now.at_ns + e.wall_minus_monotonic_ns - content) / 1e9 - kTickMs / 2000;
    ++n;
  });
  return n == 0 ? std::nullopt : std::optional(sum / static_cast<double>(n));
}

std::optional<std::int64_t> number(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_number() ? std::nullopt : std::optional(found->get<std::int64_t>());
}

void take_report(const Evidence& e, Row& row) {
  const Json summary = e.report.value("summary", Json::object());
  row.bytes_total = number(summary, "bytes_total").value_or(0);
  row.bytes_hedged = number(summary, "bytes_hedged").value_or(0);
  row.bytes_standby = number(summary, "bytes_standby").value_or(0);
  row.extra_bytes = row.bytes_hedged + row.bytes_standby;
  row.dropped_late = number(summary, "frames_dropped_late").value_or(0);
  row.audio_underrun_ms = static_cast<double>(number(summary, "audio_underrun_frames").value_or(0)) / 48;
  const Json switches = summary.value("switches", Json::array());
  row.switches = static_cast<std::int64_t>(switches.size());
  if (switches.empty()) return;
  const Json& first = switches.front();
  row.detect_ms = number(first, "detect_ms");
  row.prepare_ms = number(first, "prepare_ms");
  row.commit_ms = number(first, "commit_ms");
  row.buffer_at_commit_ms = number(first, "buffer_at_commit_ms");
  row.error_bound_ms = number(first, "error_bound_ms").value_or(0);
  row.reason = first.value("reason", "");
  row.alignment = first.value("alignment", "");
}

void take_events(const Evidence& e, Row& row) {
  const auto suspect = e.event_ns("intent_to_fallback");
  const auto hedge = e.event_ns("hedge_started");
  const auto committed = e.event_ns("committed");
  const auto switched = e.event_ns("switched");
  if (suspect) row.fault_to_suspect_ms = static_cast<double>(*suspect - e.fault_ns) * kToMs;
  if (switched) row.fault_to_switched_ms = static_cast<double>(*switched - e.fault_ns) * kToMs;
  if (!row.commit_ms && suspect && committed) row.commit_ms = (*committed - *suspect) / 1'000'000;
  if (!switched) return;
  row.in_order = suspect && hedge && committed && *suspect <= *hedge && *hedge <= *committed && *committed <= *switched;
}

void judge_screen(const Evidence& e, Row& row) {
  const auto after = part(e.pictures, e.fault_ns, e.end_ns);
  const test::Verdict verdict = test::judge_pictures(after, kFps);
  row.brief_frames = brief_frames(after, e.presented_ns);
  row.frames_lost = verdict.lost - row.brief_frames;
  row.frames_repeated = verdict.repeated;
  const double standing_ms = static_cast<double>(e.end_ns - last_new_ns(after)) * kToMs - kTickMs;
  row.added_gap_ms = std::max(verdict.longest_gap_ms, standing_ms > kTickMs ? standing_ms : 0.0);
  row.presented_gap_ms = presented_gap_ms(e);
  row.end = on_screen_at_end(e);
  const auto before = part(e.pictures, e.started_ns + kSettle, e.fault_ns);
  const test::Verdict healthy = test::judge_pictures(before, kFps);
  row.gap_before_ms = healthy.longest_gap_ms;
  row.lost_before = healthy.lost - brief_frames(before, e.presented_ns);
  row.live_offset_before_s = live_offset_s(e, e.fault_ns - kSecond, e.fault_ns);
  row.live_offset_after_s = live_offset_s(e, e.end_ns - kAtTheEnd, e.end_ns);
}

void judge_sound(const Evidence& e, Row& row) {
  if (!e.sound) return;
  const auto sample = [&](std::int64_t ns) {
    const double s = static_cast<double>(ns - e.sound->start_ns) / 1e9 * e.sound->rate;
    return static_cast<std::size_t>(std::clamp(s, 0.0, static_cast<double>(e.sound->mono.size())));
  };
  const test::SampleRange before{sample(e.started_ns + kSettle), sample(e.fault_ns)};
  const test::SampleRange after{sample(e.fault_ns), sample(e.end_ns)};
  const double per_ms = e.sound->rate / 1000.0;
  for (const test::SampleRange& silence : test::silences(*e.sound, after)) {
    const double ms = static_cast<double>(silence.end - silence.begin) / per_ms;
    if (ms <= row.silence_ms) continue;
    row.silence_ms = ms;
    row.silence_at_s = static_cast<double>(silence.begin - after.begin) / per_ms / 1000;
  }
  row.sound_jumps_ms = test::jumps_ms(test::locate_sound(*e.sound, after), e.sound->rate);
  // Where the pictures skipped n frames the sound has to skip the same, give or take the frame that the splice point
  // lies in.
  const std::int64_t jumped = frames_jumped(part(e.pictures, e.fault_ns, e.end_ns));
  const auto skipped = static_cast<double>(std::max(jumped, row.frames_lost + row.frames_repeated));
  const double excused_ms = skipped == 0 ? 0 : (skipped + 1) * 1000 / kFps;
  row.audio_gap_ms = std::max(row.silence_ms, row.sound_jumps_ms - excused_ms);
  row.click_ratio = click_ratio(*e.sound, before, after);
  row.click = row.click_ratio >= kClickRatio;
}

}  // namespace

Row measure(const Evidence& evidence) {
  Row row;
  row.one = evidence.one;
  row.problem = evidence.problem;
  row.end = "nothing";
  if (!row.problem.empty()) return row;
  take_report(evidence, row);
  take_events(evidence, row);
  judge_screen(evidence, row);
  judge_sound(evidence, row);
  return row;
}

}  // namespace understudy::bench::failover
