// Playlists that nobody in this project wrote, against what their own projects and other parsers say about them.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/hls/reload.h"
#include "support/catch.h"
#include "support/corpora.h"
#include "support/sha256.h"

using namespace understudy;
using namespace understudy::hls;
using nlohmann::json;

namespace {

constexpr std::string_view kBase = "http://corpora.test/dir/list.m3u8";

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// Facts that need more than a playlist's text, by name, with the test that asserts them.
const std::map<std::string, std::string>& elsewhere() {
  static const std::map<std::string, std::string> table = {
      {"playhead_must_reach_s", "tests/integration/corpora_test.cpp"},
      {"audio_tracks", "tests/unit/container/judge_corpora.cpp"},
      {"video_tracks", "tests/unit/container/judge_corpora.cpp"},
  };
  return table;
}

struct Correction {
  json value;
  std::string reason;
};

/// Facts on which RFC 8216 is against the file's own project, by "file#fact": what it says instead, and where.
const std::map<std::string, Correction>& corrections() {
  static const std::string version = "section 7: a playlist without EXT-X-VERSION is of version 1";
  static const std::map<std::string, Correction> table = {
      {"playlists/eyevinn-hls-m3u8/bad-media-playlist-with-gap.m3u8#total_duration",
       {5, "4.3.2.1: a segment has a duration; here the target's"}},
      {"playlists/eyevinn-hls-m3u8/master-with-alternatives.m3u8#version", {1, version}},
      {"playlists/grafov-m3u8/master-with-alternatives-b.m3u8#version", {1, version}},
  };
  return table;
}

/// Well-meant files of other projects that RFC 8216 lets no client play.
const std::map<std::string, std::string>& refusals() {
  static const std::map<std::string, std::string> table = {
      {"start.m3u8", "no #EXTM3U"},
      {"media-playlist-with-iframes-only.m3u8", "neither a target duration nor any EXTINF"},
      {"media-playlist-with-iframes-only-and-map.m3u8", "neither a target duration nor any EXTINF"},
  };
  return table;
}

/// Whether one of the parsers that the manifest asked refuses the file too.
bool refused_by_others(const json& expected) {
  const json reactions = expected.value("reactions", json::object());
  return std::any_of(reactions.begin(), reactions.end(), [](const json& reaction) {
    return reaction.is_string() && reaction.get<std::string>().substr(0, 5) == "error";
  });
}

/// The manifest gives seconds rounded to three decimals.
bool near(Duration ours, const json& seconds) {
  const auto theirs = static_cast<std::int64_t>(seconds.get<double>() * 1e9 + 0.5);
  const std::int64_t apart = ours.count() - theirs;
  return apart <= 600'000 && apart >= -600'000;
}

template <class T, class Equal>
bool equal_lists(const std::vector<T>& ours, const json& theirs, Equal equal) {
  if (ours.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!equal(ours[i], theirs[i])) return false;
  }
  return true;
}

json indices(const MediaPlaylist& playlist, bool Segment::*flag) {
  json list = json::array();
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    if (playlist.segments[i].*flag) list.push_back(i);
  }
  return list;
}

bool uris_match(const MediaPlaylist& playlist, const json& theirs, bool truncated) {
  const auto& all = playlist.segments;
  const auto matches = [](const Segment& segment, const json& uri) {
    return segment.uri == resolve_uri(kBase, uri.get<std::string>());
  };
  if (!truncated) return equal_lists(all, theirs, matches);
  if (theirs.size() != 10 || all.size() < 10) return false;
  for (std::size_t i = 0; i < 5; ++i) {
    if (!matches(all[i], theirs[i]) || !matches(all[all.size() - 5 + i], theirs[5 + i])) return false;
  }
  return true;
}

bool durations_match(const MediaPlaylist& playlist, const json& theirs, bool truncated) {
  const auto& all = playlist.segments;
  if (!truncated && all.size() != theirs.size()) return false;
  for (std::size_t i = 0; i < std::min(all.size(), theirs.size()); ++i) {
    if (!near(all[i].duration, theirs[i])) return false;
  }
  return true;
}

/// The manifest's digest of a list that is too long for it: of "[10.0, 5.995]", seconds rounded to three decimals.
std::string durations_digest(const MediaPlaylist& playlist) {
  std::string text;
  for (const Segment& segment : playlist.segments) {
    const std::int64_t ms = (segment.duration.count() + 500'000) / 1'000'000;
    std::string decimals = std::to_string(1000 + ms % 1000).substr(1);
    while (decimals.size() > 1 && decimals.back() == '0') decimals.pop_back();
    text += (text.empty() ? "" : ", ") + std::to_string(ms / 1000) + "." + decimals;
  }
  return test::sha256("[" + text + "]");
}

std::size_t count_inits(const MediaPlaylist& playlist) {
  std::set<const InitSection*> found;
  for (const Segment& segment : playlist.segments) found.insert(segment.init.get());
  found.erase(nullptr);
  return found.size();
}

std::size_t count_parts(const MediaPlaylist& playlist) {
  std::size_t count = playlist.trailing_parts.size();
  for (const Segment& segment : playlist.segments) count += segment.parts.size();
  return count;
}

/// A date of the manifest, in ms: either that already, or ISO 8601 text, here read by the C library.
std::int64_t manifest_date(const json& value) {
  if (!value.is_string()) return value.get<std::int64_t>();
  const std::string text = value;
  std::tm parts{};
  int ms = 0;
  int zone_hours = 0;
  char zone = 'Z';
  const int read = std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%3d%c%d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                               &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &ms, &zone, &zone_hours);
  REQUIRE(read >= 8);
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const std::int64_t offset = zone == 'Z' ? 0 : zone == '-' ? -zone_hours : zone_hours;
  return (static_cast<std::int64_t>(timegm(&parts)) - offset * 3600) * 1000 + ms;
}

bool dates_match(const MediaPlaylist& playlist, const json& theirs) {
  json ours = json::array();
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const auto& date = playlist.segments[i].program_date_time;
    if (date) ours.push_back({i, to_ms(date->time_since_epoch())});
  }
  json normalised = json::array();
  for (const json& entry : theirs) normalised.push_back({entry[0], manifest_date(entry[1])});
  return ours == normalised;
}

json byte_ranges(const MediaPlaylist& playlist) {
  json list = json::array();
  for (std::size_t i = 0; i < playlist.segments.size(); ++i) {
    const auto& range = playlist.segments[i].range;
    if (range) list.push_back({i, range->length, range->offset});
  }
  return list;
}

json keys(const MediaPlaylist& playlist) {
  json list = json::array();
  for (const Segment& segment : playlist.segments) {
    if (!segment.key) continue;
    const std::string key = segment.key->method + " " + segment.key->uri;
    if (list.empty() || list.back() != key) list.push_back(key);
  }
  return list;
}

std::string type_name(PlaylistType type) {
  return type == PlaylistType::vod ? "VOD" : type == PlaylistType::event ? "EVENT" : "";
}

bool preload_hint_matches(const MediaPlaylist& playlist, const json& theirs) {
  for (const json& hint : theirs) {
    const std::string text = hint.get<std::string>();
    if (text.substr(0, 5) != "PART ") continue;
    return playlist.preload_hint && playlist.preload_hint->uri == resolve_uri(kBase, text.substr(5));
  }
  return !playlist.preload_hint;
}

bool server_control_matches(const ServerControl& ours, const json& theirs) {
  const auto seconds = [&](const char* name, const std::optional<Duration>& value) {
    return !theirs.contains(name) || (value && near(*value, theirs[name]));
  };
  return ours.can_block_reload == theirs.value("canBlockReload", false) &&
         ours.can_skip_dateranges == theirs.value("canSkipDateranges", false) &&
         seconds("canSkipUntil", ours.can_skip_until) && seconds("partHoldBack", ours.part_hold_back) &&
         seconds("holdBack", ours.hold_back);
}

/// What the facts of one file are held against.
struct File {
  std::filesystem::path path;
  const json& facts;
};

/// Whether a fact about a media playlist holds; nothing where the fact is unknown here.
std::optional<bool> holds(const MediaPlaylist& p, const std::string& fact, const json& value, const File& file) {
  const json& facts = file.facts;
  if (fact == "kind") return value == "media";
  if (fact == "version") return value == p.version;
  if (fact == "target_duration") return near(p.target_duration, value);
  if (fact == "media_sequence") return value == p.media_sequence.value;
  if (fact == "discontinuity_sequence") return value == p.discontinuity_sequence;
  if (fact == "total_duration") return near(p.total_duration(), value);
  if (fact == "endlist") return value == p.ended;
  if (fact == "is_live") return value == !p.ended;
  if (fact == "playlist_type") return value == type_name(p.type);
  if (fact == "segments") return value == p.segments.size();
  if (fact == "gaps") return value == indices(p, &Segment::gap).size();
  if (fact == "durations") return durations_match(p, value, facts.value("durations_truncated", false));
  if (fact == "durations_truncated") return value == (facts["durations"].size() < p.segments.size());
  if (fact == "durations_sha256") return value == durations_digest(p);
  if (fact == "uris_truncated") return value == "first 5 and last 5" && p.segments.size() > 10;
  if (fact == "uris") return uris_match(p, value, facts.contains("uris_truncated"));
  if (fact == "discontinuity_indices") return value == indices(p, &Segment::discontinuity);
  if (fact == "maps") return value == count_inits(p);
  if (fact == "pdt_explicit") return dates_match(p, value);
  if (fact == "parts") return value == count_parts(p);
  if (fact == "part_target") return p.part_target && near(*p.part_target, value);
  if (fact == "preload_hints") return preload_hint_matches(p, value);
  if (fact == "dateranges") return value == p.date_ranges.size();
  if (fact == "byteranges") return value == byte_ranges(p);
  if (fact == "iframes_only") return value == p.i_frames_only;
  if (fact == "keys") return value == keys(p);
  if (fact == "skipped") return value == p.skipped_segments.value_or(0);
  if (fact == "rendition_reports") return value == p.rendition_reports.size();
  if (fact == "server_control") return server_control_matches(p.server_control, value);
  return std::nullopt;
}

/// A multivariant playlist is live where one of its media playlists, beside it in the corpora, is.
bool any_live(const MultivariantPlaylist& playlist, const std::filesystem::path& folder) {
  bool live = false;
  for (const Variant& variant : playlist.variants) {
    const auto media = parse_playlist(read(folder / file_name(variant.uri)), kBase);
    REQUIRE(media);
    live = live || !std::get<MediaPlaylist>(*media).ended;
  }
  return live;
}

std::optional<bool> holds(const MultivariantPlaylist& p, const std::string& fact, const json& value, const File& file) {
  if (fact == "kind") return value == "multivariant";
  if (fact == "version") return value == p.version;
  if (fact == "is_live") return value == any_live(p, file.path.parent_path());
  if (fact == "session_data") return value == p.session_data;
  if (fact == "session_keys") return value == p.session_keys;
  if (fact == "variants") return value == p.variants.size();
  if (fact == "iframe_variants" || fact == "i_frame_variants") return value == p.i_frame_variants.size();
  if (fact == "bandwidths") {
    return equal_lists(p.variants, value,
                       [](const Variant& v, const json& bandwidth) { return v.bandwidth == bandwidth; });
  }
  if (fact == "renditions") {
    json ours = json::object();
    const char* names[] = {"AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"};
    for (const Rendition& rendition : p.renditions) {
      json& count = ours[names[static_cast<int>(rendition.type)]];
      count = count.is_null() ? 1 : count.get<int>() + 1;
    }
    return value == ours;
  }
  return std::nullopt;
}

struct Tally {
  int files = 0;
  int errors = 0;
  int asserted = 0;
  int disputed = 0;
  int elsewhere = 0;
  int corrected = 0;
};

void check_facts(const json& entry, const Playlist& playlist, const std::filesystem::path& path, Tally& tally) {
  const std::string file = entry["file"];
  const json& expected = entry["expected"];
  for (const auto& [fact, value] : expected["facts"].items()) {
    INFO(file << " " << fact << " " << value.dump().substr(0, 300));
    if (expected.contains("disputed") && expected["disputed"].contains(fact)) {
      ++tally.disputed;
      continue;
    }
    if (elsewhere().count(fact) != 0) {
      ++tally.elsewhere;
      continue;
    }
    const auto correction = corrections().find(file + "#" + fact);
    if (correction != corrections().end()) ++tally.corrected;
    const std::string& name = fact;
    const json& wanted = correction == corrections().end() ? value : correction->second.value;
    const auto result = std::visit(
        [&](const auto& p) {
          return holds(p, name, wanted, File{path, expected["facts"]});
        },
        playlist);
    if (!result) {
      FAIL_CHECK("the manifest states a fact that this test does not know");
      continue;
    }
    if (correction == corrections().end()) ++tally.asserted;
    CHECK(*result);
  }
}

}  // namespace

TEST_CASE("the playlists of the corpora give the facts that their manifest states") {
  const auto folder = test::corpora();
  if (!folder) {
    std::cout << "skipped: the corpora are not here; set UNDERSTUDY_CORPORA\n";
    return;
  }
  const json manifest = json::parse(read(*folder / "manifest.json"));
  Tally tally;
  for (const json& entry : manifest["files"]) {
    if (entry["type"] != "playlist") continue;
    const std::string file = entry["file"];
    INFO(file);
    ++tally.files;
    const auto parsed = parse_playlist(read(*folder / file), kBase);
    const bool hostile = entry["hostile"];
    if (!parsed) {
      ++tally.errors;
      INFO(parsed.error().detail);
      const bool allowed = hostile || refusals().count(file_name(file)) != 0;
      CHECK(allowed);
      CHECK(refused_by_others(entry["expected"]));
      CHECK(parsed.error().code == ErrorCode::bad_playlist);
      continue;
    }
    const auto warnings = std::visit([](const auto& p) { return p.warnings.size(); }, *parsed);
    if (entry["expected"]["verdict"] == "reject") CHECK(warnings > 0);
    check_facts(entry, *parsed, *folder / file, tally);
  }
  CHECK(tally.files > 100);
  CHECK(tally.errors <= 8);
  std::cout << "corpora playlists: " << tally.files << " files, " << tally.errors << " refused with a typed error, "
            << tally.asserted << " facts asserted, " << tally.elsewhere << " asserted on its media elsewhere, "
            << tally.corrected << " against RFC 8216 and asserted as it says, " << tally.disputed
            << " skipped as disputed\n";
}
