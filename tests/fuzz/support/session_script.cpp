#include "support/session_script.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>

namespace understudy::fuzz {
namespace {

using loading::Purpose;

constexpr std::array<std::int64_t, 8> kEdges = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX / 2, 1'000'000'000, -1'000'000'000};

template <class Id>
const std::pair<const Id, loading::Fetch>& pick(const std::map<Id, loading::Fetch>& all, std::size_t number) {
  auto at = all.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(number % all.size()));
  return *at;
}

}  // namespace

SessionConfig SessionScript::config() {
  SessionConfig config;
  const std::uint8_t how = reader_.byte();
  config.seed = 1 + how;
  if (how % 4 != 0) config.status_url = "http://service.example/playout/ch-1";
  if (how % 4 == 0 || how % 4 == 3) config.plain_sources = {{"a", "http://a.example/a.m3u8"}, {"b", "http://b.example/b.m3u8"}};
  if ((how & 16) != 0) config.plain_sources.push_back({"c", "srt://c.example:1"});
  if ((how & 32) != 0) config.last_known_document = document();
  if ((how & 64) != 0) {
    Policy policy;
    policy.standby = static_cast<Standby>(reader_.below(3));
    policy.recovery = static_cast<Recovery>(reader_.below(2));
    policy.mode = static_cast<GroupMode>(reader_.below(2));
    policy.poll_ms = 250 + 100 * reader_.byte();
    policy.clear_ms = 1000 * (1 + reader_.byte() % 60);
    config.policy_override = policy;
  }
  return config;
}

void SessionScript::note(const session::Output& output) {
  if (const auto* fetch = std::get_if<loading::Fetch>(&output)) {
    open_.emplace(fetch->id, *fetch);
    if (fetch->segment) targets_.push_back(*fetch->segment);
    if (targets_.size() > 16) targets_.erase(targets_.begin());
  } else if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) {
    open_.erase(cancel->id);
  } else if (const auto* deadline = std::get_if<session::Deadline>(&output)) {
    deadline_ = deadline->at;
  }
}

void SessionScript::pass_until(Instant at) {
  if (at <= now_ || at - now_ > std::chrono::hours(24)) return;
  wall_ += at - now_;
  now_ = at;
}

void SessionScript::pass_time() {
  const std::uint8_t how = reader_.byte();
  switch (how % 8) {
    case 0: return;
    case 1: return pass_until(now_ + from_ms(1));
    case 2: return pass_until(now_ + from_ms(40));
    case 3: return pass_until(now_ + from_ms(10 * reader_.byte()));
    case 4: return pass_until(now_ + from_ms(1000 * reader_.byte()));
    case 5: now_ -= from_ms(reader_.byte()); return;  // an older one
    case 6: wall_ += from_ms(static_cast<std::int32_t>(reader_.u32())); return;  // somebody set the clock
    default:
      if (deadline_) pass_until(*deadline_);
  }
}

session::Input SessionScript::next() {
  pass_time();
  const std::uint8_t kind = reader_.byte();
  switch (kind % 16) {
    case 0:
    case 1: return session::Tick{};
    case 2:
    case 3:
    case 4:
    case 5: return answer(true);
    case 6: return answer(false);
    case 7: return progress();
    case 8:
    case 9: return opened();
    case 10:
    case 11: return closed();
    case 12:
    case 13: return state();
    default: return fact();
  }
}

RequestId SessionScript::request() {
  if (!open_.empty() && reader_.byte() % 8 != 0) return pick(open_, reader_.byte()).first;
  return RequestId{reader_.byte()};
}

MediaTime SessionScript::media_time() {
  const std::uint8_t how = reader_.byte();
  if (how % 16 == 15) return MediaTime(Duration(kEdges[reader_.below(kEdges.size())]));
  if (how % 16 == 14) return MediaTime(Duration(static_cast<std::int64_t>(reader_.u64())));
  const MediaTime base = how % 2 == 0 ? MediaTime(wall_.time_since_epoch()) : MediaTime(std::chrono::seconds(100));
  return base + from_ms(100 * (static_cast<int>(reader_.byte()) - 128));
}

Duration SessionScript::duration() {
  const std::uint8_t how = reader_.byte();
  if (how % 16 == 15) return Duration(kEdges[reader_.below(kEdges.size())]);
  return from_ms(10 * reader_.byte());
}

std::string SessionScript::document() {
  static constexpr const char* kStatus[] = {"playing", "playing", "playing", "stopped", "stopping", "waiting", "deleted", "odd"};
  const std::uint8_t how = reader_.byte();
  const std::string revision = std::to_string(how % 16 == 0 ? 1 : to_ms(now_.time_since_epoch()));
  std::string text = R"({"version":1,"id":"ch-1","kind":"channel","active":)" + std::string((how & 32) != 0 && (how & 64) != 0 ? "false" : "true") +
                     R"(,"revision":)" + revision + R"(,"ttlMs":1000,"channel":{"id":"ch-1","status":{"code":")" + kStatus[how % 8] +
                     R"("},"stopReason":"timeout"},"playout":{"hls":"http://a.example/a.m3u8"},"failover":{"mode":"prioritized","policy":{)";
  if ((how & 16) != 0) text += R"("standby":"hot","recovery":"PRIMARY_PREFERRED","clearMs":2000)";
  text += R"(},"members":[)";
  const std::size_t members = reader_.below(4);
  for (std::size_t i = 0; i < members; ++i) {
    const std::string id = "ch-" + std::to_string(2 + i);
    text += (i == 0 ? "" : ",") + std::string(R"({"src":")") + id + R"(","channel":")" + id + R"(","enabled":)" +
            (reader_.byte() % 8 == 0 ? "false" : "true") + R"(,"priority":)" + std::to_string(i) + R"(,"status":{"code":")" +
            kStatus[reader_.below(8)] + R"("},"playout":{"hls":"http://)" + id + R"(.example/index.m3u8"}})";
  }
  text += R"(]},"prelive":{"posterImg":"http://a.example/poster.png"}})";
  return text;
}

/// Segments of two seconds by the wall clock; the bytes say what is odd about them.
std::string SessionScript::playlist() {
  const std::uint8_t how = reader_.byte();
  if (how % 32 == 31) {
    return "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"n\",DEFAULT=YES,URI=\"audio.m3u8\"\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"g\"\nvideo.m3u8\n"
           "#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"g\"\nlow.m3u8\n";
  }
  std::int64_t edge = wall_.time_since_epoch() / std::chrono::seconds(2);
  edge += static_cast<std::int64_t>(reader_.byte() % 16) - 8;
  if (how % 16 == 15) edge = kEdges[reader_.below(kEdges.size())];
  const std::size_t count = reader_.below(12);
  const std::int64_t first = std::max<std::int64_t>(0, edge < 12 ? 0 : edge - static_cast<std::int64_t>(count));
  std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
  if ((how & 16) != 0) text += "#EXT-X-MAP:URI=\"init.mp4\"\n";
  if ((how & 32) == 0) {
    const std::time_t seconds = wall_.time_since_epoch() / std::chrono::seconds(1);
    char date[64];
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    if (std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0) text += "#EXT-X-PROGRAM-DATE-TIME:" + std::string(date) + "\n";
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint8_t odd = (how & 64) != 0 ? reader_.byte() : 0;
    if (odd % 16 == 1) text += "#EXT-X-DISCONTINUITY\n";
    if (odd % 16 == 2) text += "#EXT-X-GAP\n";
    if (odd % 16 == 3) text += "#EXT-X-PROGRAM-DATE-TIME:1971-01-01T00:00:00Z\n";
    if (odd % 16 == 4) text += "#EXT-X-PROGRAM-DATE-TIME:2199-01-01T00:00:00Z\n";
    text += odd % 16 == 5 ? "#EXTINF:86400,\n" : odd % 16 == 6 ? "#EXTINF:0.001,\n" : "#EXTINF:2,\n";
    text += "s" + std::to_string(first + static_cast<std::int64_t>(i)) + ".ts\n";
  }
  if ((how & 128) != 0) text += "#EXT-X-ENDLIST\n";
  return text;
}

std::string SessionScript::body(const loading::Fetch& fetch) {
  const std::uint8_t how = reader_.byte();
  if (how % 16 == 15) return std::string(text_of(reader_.take(reader_.byte())));
  switch (fetch.purpose) {
    case Purpose::status: return document();
    case Purpose::multivariant_playlist:
    case Purpose::media_playlist: return playlist();
    case Purpose::segment: return {};
    case Purpose::init_section:
    case Purpose::poster: break;
  }
  return "bytes";
}

session::Input SessionScript::answer(bool of_an_open_request) {
  static constexpr std::array kStatus = {200, 200, 200, 206, 304, 404, 403, 503, 429, 0, 301, 999};
  static constexpr std::array kErrors = {ErrorCode::connect_failed, ErrorCode::first_byte_timeout, ErrorCode::body_truncated,
                                         ErrorCode::response_too_large, ErrorCode::cancelled};
  loading::FetchDone done;
  loading::Fetch asked;
  if (of_an_open_request && !open_.empty()) {
    asked = pick(open_, reader_.byte()).second;
    done.id = asked.id;
    open_.erase(asked.id);
  } else {
    done.id = of_an_open_request ? RequestId{reader_.byte()} : request();
    if (const auto found = open_.find(done.id); found != open_.end()) {
      asked = found->second;
      open_.erase(found);
    } else {
      asked.purpose = static_cast<Purpose>(reader_.below(6));
    }
  }
  const std::uint8_t how = reader_.byte();
  done.status = how % 4 != 0 ? 200 : kStatus[reader_.below(kStatus.size())];
  if (done.status == 0 || how % 32 == 4) done.error = {kErrors[reader_.below(kErrors.size())], "as the script says", 0};
  done.final_url = how % 16 == 8 ? std::string(text_of(reader_.take(reader_.byte()))) : asked.url;
  if (how % 8 == 2) done.retry_after = duration();
  if (how % 8 == 3) done.max_age = duration();
  if (how % 8 == 5) done.connect = done.first_byte = done.total = duration();
  done.etag = how % 2 == 0 ? "\"e\"" : "";
  done.body = body(asked);
  done.body_bytes = asked.purpose == Purpose::segment ? 1000u * reader_.byte() : done.body.size();
  return done;
}

session::Input SessionScript::progress() {
  loading::FetchProgress progress;
  progress.id = request();
  const std::uint8_t how = reader_.byte();
  progress.bytes = how % 16 == 15 ? reader_.u64() : 1000u * reader_.byte();
  if (how % 2 == 0) progress.content_length = how % 16 == 14 ? reader_.u64() : 100'000;
  return progress;
}

loading::SegmentTarget SessionScript::target() {
  loading::SegmentTarget target;
  const std::uint8_t how = reader_.byte();
  if (!targets_.empty()) target = targets_[reader_.byte() % targets_.size()];
  if (how % 8 == 7) target.source = source();
  if (how % 16 == 6) target.epoch = Epoch{reader_.byte()};
  if (how % 16 == 5) target.msn = MediaSequenceNumber{kEdges[reader_.below(kEdges.size())]};
  return target;
}

session::Input SessionScript::opened() {
  const auto t = target();
  return loading::SegmentOpened{t.source, t.epoch, t.stream, t.msn, media_time()};
}

session::Input SessionScript::closed() {
  const auto t = target();
  loading::SegmentClosed closed{t.source, t.epoch, t.stream, t.msn, true, std::nullopt};
  if (reader_.byte() % 8 == 0) {
    closed.good = false;
    closed.error = Error{ErrorCode::bad_media, "as the script says", 0};
  }
  return closed;
}

session::Input SessionScript::state() {
  session::MediaState state;
  const std::uint8_t how = reader_.byte();
  state.playing = how % 4 != 0;
  state.stalled = how % 4 == 0;
  state.playhead = media_time();
  state.output_latency = duration();
  for (std::size_t count = reader_.below(4); count > 0; --count) {
    session::SourceBuffer buffer;
    buffer.source = source();
    const std::uint8_t what = reader_.byte();
    if ((what & 1) == 0) buffer.good_until = (what & 16) == 0 ? state.playhead : media_time();
    if ((what & 1) == 0 && (what & 16) == 0 && what % 32 != 14) {
      // Kept within what a time can be: the script's own sums must not overflow.
      const auto ahead = from_ms(100 * reader_.byte());
      if (*buffer.good_until < MediaTime::max() - ahead) *buffer.good_until += ahead;
    }
    if ((what & 2) != 0) buffer.planned_splice = media_time();
    buffer.splice_ready = (what & 4) != 0;
    if ((what & 8) != 0) buffer.decode_permille = kEdges[reader_.below(kEdges.size())];
    state.sources.push_back(buffer);
  }
  return state;
}

session::Input SessionScript::fact() {
  switch (reader_.byte() % 12) {
    case 0: return session::MediaDamaged{source(), media_time(), {ErrorCode::decode_failed, "as the script says", 0}};
    case 1:
    case 2: return session::FirstFrame{source(), media_time()};
    case 3:
    case 4: {
      const SourceId from = source();
      const SourceId to = source();
      return session::Switched{from, to, media_time(), duration(), reader_.byte(), reader_.byte()};
    }
    case 5: {
      const SourceId of = source();
      const SourceId against = source();
      return session::Aligned{of, against, reader_.byte() % 2 == 0, duration(), duration()};
    }
    case 6: return session::Stalled{};
    case 7: return session::Resumed{duration()};
    case 8: return session::PlayedOut{source()};
    case 9: return session::SetPaused{reader_.byte() % 2 == 0};
    case 10: {
      session::SwitchTo command;
      if (reader_.byte() % 2 == 0) command.to = source();
      return command;
    }
    default: return reader_.byte() % 16 == 0 ? session::Input(session::EndSession{}) : session::Input(session::Tick{});
  }
}

}  // namespace understudy::fuzz
