#include "table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace understudy::bench::failover {
namespace {

double rounded(double value, double digits) { return std::round(value * digits) / digits; }

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::optional<double>& value, double digits) {
  return value ? Json(rounded(*value, digits)) : Json(nullptr);
}

Json details_json(const Row& row) {
  Json json = {{"case", row.one.name()},
               {"switches", row.switches},
               {"reason", row.reason},
               {"alignment_used", row.alignment},
               {"error_bound_ms", row.error_bound_ms},
               {"buffer_at_commit_ms", or_null(row.buffer_at_commit_ms)},
               {"fault_to_suspect_ms", or_null(row.fault_to_suspect_ms, 1)},
               {"suspect_bound_ms", detection_bound_ms(row.one)},
               {"fault_to_switched_ms", or_null(row.fault_to_switched_ms, 1)},
               {"click_ratio", rounded(row.click_ratio, 100)},
               {"silence_ms", rounded(row.silence_ms, 10)},
               {"silence_at_s", or_null(row.silence_at_s, 1000)},
               {"sound_jumps_ms", rounded(row.sound_jumps_ms, 10)},
               {"bytes_total", row.bytes_total},
               {"bytes_hedged", row.bytes_hedged},
               {"bytes_standby", row.bytes_standby},
               {"presented_gap_ms", rounded(row.presented_gap_ms, 10)},
               {"brief_frames", row.brief_frames},
               {"audio_underrun_ms", rounded(row.audio_underrun_ms, 10)},
               {"dropped_late", row.dropped_late},
               {"gap_before_fault_ms", rounded(row.gap_before_ms, 10)},
               {"lost_before_fault", row.lost_before}};
  json["misses"] = Json::array();
  for (const Miss& miss : misses(row)) json["misses"].push_back(fmt::format("{}: {}", miss.aim, miss.text));
  return json;
}

std::string cell(const std::optional<std::int64_t>& value) { return value ? fmt::format("{}", *value) : "–"; }
std::string cell(const std::optional<double>& value) { return value ? fmt::format("{:.2f}", *value) : "–"; }

bool is_control(const Row& row) { return row.one.fault == kNoFault; }

bool has_missed(const Row& row, std::string_view aim) {
  const std::vector<Miss> all = misses(row);
  return std::any_of(all.begin(), all.end(), [&](const Miss& miss) { return miss.aim == aim; });
}

/// What speaks for the machine; the rest of the column is for whoever reads the table.
std::string cause_of(const Row& row, const Row* control) {
  std::string text;
  if (row.dropped_late > 0) text = fmt::format("{} pictures dropped late", row.dropped_late);
  if (control != nullptr && (control->added_gap_ms > kTickMs / 2 || control->frames_lost > 0))
    text += fmt::format("{}beside it, without a fault: gap {:.0f} ms, {} lost", text.empty() ? "" : "; ",
                        control->added_gap_ms, control->frames_lost);
  return text.empty() ? text : "machine? " + text;
}

std::string aims_table(const std::vector<Row>& rows) {
  std::string text = "| aim | met | missed | missed without a fault | |\n|---|---|---|---|---|\n";
  for (const AimCount& count : count_aims(rows))
    text += fmt::format("| {} | {} | {} | {} | {} |\n", count.aim.key, count.met, count.missed.size(),
                        count.controls_missed, count.aim.text);
  return text;
}

std::string miss_table(const std::vector<Row>& rows) {
  std::string text;
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    std::string what;
    for (const Miss& miss : misses(*row)) what += (what.empty() ? "" : "; ") + miss.text;
    if (what.empty()) continue;
    const auto control = std::find_if(row, rows.end(), is_control);
    text += fmt::format("| {} | {} | {} |\n", row->one.name(), what,
                        cause_of(*row, control == rows.end() || control == row ? nullptr : &*control));
  }
  if (text.empty()) return "No case misses an aim.\n";
  return "| case | missed | cause |\n|---|---|---|\n" + text;
}

std::string rows_table(const std::vector<Row>& rows) {
  std::string text =
      "| fault | alignment | standby | S | container | decoder | detect ms | prepare ms | commit ms | added gap ms | lost | "
      "repeated | sound ms | click | "
      "offset before s | after s | extra kB | end "
      "|\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Row& row : rows) {
    text += fmt::format(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {:.0f} | {} | {} | {:.0f} | {} | {} | {} | {} | {} |\n",
        row.one.fault + (row.one.brief_s > 0 ? fmt::format(" for {:.0f} s", row.one.brief_s) : ""), row.one.alignment,
        row.one.standby, row.one.segment_s, row.one.container, row.one.decoder.empty() ? "ffmpeg" : row.one.decoder, cell(row.detect_ms), cell(row.prepare_ms),
        cell(row.commit_ms), row.added_gap_ms, row.frames_lost, row.frames_repeated, row.audio_gap_ms,
        row.click ? fmt::format("{:.1f}", row.click_ratio) : "no", cell(row.live_offset_before_s),
        cell(row.live_offset_after_s), row.extra_bytes / 1000, row.problem.empty() ? row.end : row.problem);
  }
  return text;
}

}  // namespace

std::vector<AimCount> count_aims(const std::vector<Row>& rows) {
  std::vector<AimCount> counts;
  for (const Aim& aim : kAims) {
    AimCount count{aim, 0, {}, 0};
    for (const Row& row : rows) {
      const bool missed = has_missed(row, aim.key);
      count.controls_missed += missed && is_control(row);
      if (is_control(row) != (aim.key == "bytes")) continue;
      if (missed) count.missed.push_back(row.one.name());
      count.met += !missed;
    }
    counts.push_back(std::move(count));
  }
  return counts;
}

Json row_json(const Row& row) {
  return {{"fault", row.one.fault},
          {"standby", row.one.standby},
          {"segment_s", row.one.segment_s},
          {"container", row.one.container},
          {"alignment", row.one.alignment},
          {"repeat", row.one.repeat},
          {"decoder", row.one.decoder.empty() ? "ffmpeg" : row.one.decoder},
          {"detect_ms", or_null(row.detect_ms)},
          {"prepare_ms", or_null(row.prepare_ms)},
          {"commit_ms", or_null(row.commit_ms)},
          {"added_gap_ms", rounded(row.added_gap_ms, 10)},
          {"frames_lost", row.frames_lost},
          {"frames_repeated", row.frames_repeated},
          {"audio_gap_ms", rounded(row.audio_gap_ms, 10)},
          {"live_offset_before_s", or_null(row.live_offset_before_s, 1000)},
          {"live_offset_after_s", or_null(row.live_offset_after_s, 1000)},
          {"extra_bytes", row.extra_bytes},
          {"end", row.end}};
}

Json table_json(const std::vector<Row>& rows, const Json& meta) {
  Json json = {{"rows", Json::array()},
               {"brief", Json::array()},
               {"controls", Json::array()},
               {"details", Json::array()},
               {"meta", meta}};
  for (const Row& row : rows) {
    json[is_control(row) ? "controls" : row.one.brief_s > 0 ? "brief" : "rows"].push_back(row_json(row));
    if (!is_control(row)) json["details"].push_back(details_json(row));
  }
  return json;
}

std::string table_markdown(const std::vector<Row>& rows, const Json& meta) {
  std::vector<Row> cases;
  std::vector<Row> controls;
  for (const Row& row : rows) (is_control(row) ? controls : cases).push_back(row);
  std::string text = "# Failover, measured against the frame\n\n";
  text += fmt::format(
      "{} cases and {} players beside them without a fault. Seed {}, {} at once, {}, {}.\n\n## Aims\n\n", cases.size(),
      controls.size(), meta.value("seed", 0), meta.value("jobs", 0), meta.value("machine", ""), meta.value("date", ""));
  text += aims_table(rows) + "\n## Misses\n\n" + miss_table(rows) + "\n## Cases\n\n" + rows_table(cases);
  text += "\n## Beside each batch: no fault at all\n\nWhat the machine does by itself, over the same time.\n\n" +
          rows_table(controls);
  return text;
}

std::string console_line(const Row& row) {
  std::string line = fmt::format(
      "{:<44} detect {:>5} prepare {:>5} commit {:>6}  gap {:>5.0f} lost {:>3} repeated {:>2} sound {:>5.0f}  {}",
      row.one.name(), cell(row.detect_ms), cell(row.prepare_ms), cell(row.commit_ms), row.added_gap_ms, row.frames_lost,
      row.frames_repeated, row.audio_gap_ms, row.end);
  for (const Miss& miss : misses(row)) line += "  ✗ " + miss.text;
  return line;
}

}  // namespace understudy::bench::failover
