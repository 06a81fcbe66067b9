#include "aims.h"

#include "support/catch.h"
#include "synthetic.h"
#include "table.h"
#include "timeline.h"

namespace understudy::bench::failover {
namespace {

Row good(const std::string& fault = "reset", const std::string& alignment = "aligned") {
  static const Row seamless = measure(synthetic());
  Row row = seamless;
  row.one.fault = fault;
  row.one.alignment = alignment;
  return row;
}

bool missed(const Row& row, const std::string& aim) {
  for (const Miss& miss : misses(row))
    if (miss.aim == aim) return true;
  return false;
}

TEST_CASE("wrong dates excuse a loss up to the bound that the player states, a lag and aligned sources none") {
  for (const char* alignment : {"skew", "no_pdt"}) {
    Row row = good("reset", alignment);
    row.error_bound_ms = 100;
    row.frames_lost = 3;
    CHECK_FALSE(missed(row, "lost"));
    row.frames_lost = 4;
    CHECK(missed(row, "lost"));
    row.frames_repeated = 1;
    CHECK(missed(row, "repeated"));
  }
  for (const char* alignment : {"aligned", "lag"}) {
    Row row = good("reset", alignment);
    row.error_bound_ms = 100;
    row.frames_lost = 1;
    CHECK(missed(row, "lost"));
  }
}

TEST_CASE("wrong dates excuse a jump of the sound up to the bound, and no silence") {
  Row row = good("reset", "no_pdt");
  row.error_bound_ms = 100;
  row.audio_gap_ms = row.sound_jumps_ms = 90;
  CHECK_FALSE(missed(row, "sound"));
  row.silence_ms = 3;
  CHECK(missed(row, "sound"));
  row.silence_ms = 0;
  row.audio_gap_ms = 110;
  CHECK(missed(row, "sound"));
}

TEST_CASE("a lost source ends on the fallback after one switch") {
  Row row = good();
  row.end = "primary";
  CHECK(missed(row, "end"));
  row.end = "fallback";
  row.switches = 2;
  CHECK(missed(row, "end"));
}

TEST_CASE("a fault that is over in time is no reason to switch, nor is none") {
  Row row = good();
  row.one.brief_s = 2;
  CHECK(missed(row, "end"));
  row.end = "primary";
  row.switches = 0;
  CHECK_FALSE(missed(row, "end"));
  row = good(std::string(kNoFault));
  CHECK(missed(row, "end"));
}

TEST_CASE("a momentary fault may be left or not, as long as a picture moves") {
  Row row = good("missing_segment");
  CHECK_FALSE(missed(row, "end"));
  row.end = "primary";
  row.switches = 0;
  CHECK_FALSE(missed(row, "end"));
  row.end = "held";
  CHECK(missed(row, "end"));
}

TEST_CASE("a late suspicion is a miss") {
  Row row = good();
  row.fault_to_suspect_ms = detection_bound_ms(row.one) + 1;
  CHECK(missed(row, "detected"));
  row.fault_to_suspect_ms.reset();
  CHECK(missed(row, "detected"));
}

TEST_CASE("bytes are judged in health alone") {
  Row row = good();
  CHECK_FALSE(missed(row, "bytes"));
  row = good(std::string(kNoFault));
  row.bytes_hedged = 40'000;
  row.one.standby = "warm";
  row.bytes_standby = 10'000;
  CHECK_FALSE(missed(row, "bytes"));
  row.bytes_standby = 30'000;
  CHECK(missed(row, "bytes"));
  row.one.standby = "hot";
  CHECK_FALSE(missed(row, "bytes"));
  row.bytes_hedged = 60'000;
  CHECK(missed(row, "bytes"));
}

TEST_CASE("slowness alone is not wrong") {
  Row row = good();
  row.added_gap_ms = 500;
  row.frames_lost = 3;
  row.fault_to_suspect_ms = 9000;
  CHECK_FALSE(misses(row).empty());
  CHECK(wrong(row).empty());
}

TEST_CASE("repeated pictures are wrong wherever the player could have known better") {
  Row row = good("reset", "skew");
  row.frames_repeated = 1;
  row.error_bound_ms = 1000;  // dates that nothing confirmed
  CHECK(missed(row, "repeated"));
  CHECK(wrong(row).empty());
  row.error_bound_ms = 1;  // the sound was compared
  CHECK_FALSE(wrong(row).empty());
  row.one.alignment = "lag";
  row.error_bound_ms = 1000;
  CHECK_FALSE(wrong(row).empty());
}

TEST_CASE("aims are counted over the cases, those of health over the players beside them") {
  Row bad = good();
  bad.added_gap_ms = 81;
  Row control = good(std::string(kNoFault));
  control.added_gap_ms = 90;
  control.bytes_hedged = 90'000;
  for (const AimCount& count : count_aims({good(), bad, control})) {
    if (count.aim.key == "gap") CHECK((count.met == 1 && count.missed.size() == 1 && count.controls_missed == 1));
    if (count.aim.key == "bytes") CHECK((count.met == 0 && count.missed.size() == 1));
  }
}

TEST_CASE("the JSON has the fixed columns in each row, unknown ones as null, and names each miss") {
  Row bad = good();
  bad.detect_ms.reset();
  bad.added_gap_ms = 81;
  Row brief = good();
  brief.one.brief_s = 2;
  const Json json = table_json({good(), bad, brief, good(std::string(kNoFault))}, {{"seed", 1}});
  REQUIRE(json["rows"].size() == 2);
  CHECK(json["brief"].size() == 1);
  CHECK(json["controls"].size() == 1);
  for (const char* key : {"fault", "standby", "segment_s", "container", "alignment", "repeat", "decoder", "detect_ms",
                          "prepare_ms", "commit_ms", "added_gap_ms", "frames_lost", "frames_repeated", "audio_gap_ms",
                          "live_offset_before_s", "live_offset_after_s", "extra_bytes", "end"})
    CHECK(json["rows"][0].contains(key));
  CHECK(json["rows"][0].size() == 18);
  CHECK(json["rows"][1]["detect_ms"].is_null());
  CHECK(json["details"][1]["misses"].dump().find("gap 81 ms") != std::string::npos);
  const std::string markdown = table_markdown({good(), bad}, {{"seed", 1}});
  CHECK(markdown.find("| gap | 1 | 1 |") != std::string::npos);
  CHECK(markdown.find("gap 81 ms") < markdown.find("## Cases"));
}

TEST_CASE("the time line shows the marks, the numbers around the switch and what is missing between them") {
  Evidence e = synthetic({.skipped_frames = 3});
  e.sound.reset();
  const std::string svg = timeline_svg(e, measure(e));
  for (const char* words : {"fault +0.00 s", "suspected (reset) +1.00 s", "committed +2.90 s",
                            "first picture of the fallback +3.00 s", "forward by 3", "</svg>"})
    CHECK(svg.find(words) != std::string::npos);
}

}  // namespace
}  // namespace understudy::bench::failover
