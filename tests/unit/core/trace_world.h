// A small simulated world for traces: a status service, two origins and a media pipeline that a recorded session runs against.
// It knows nothing of failover; it answers what it is asked. Two-second segments, dated playlists, one virtual clock.
#pragma once

#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/status/document.h"
#include "core/trace/recorder.h"

namespace understudy::test {

class TraceWorld {
 public:
  explicit TraceWorld(const SessionConfig& config)
      : session_(config), recorder_(session_, config, [this](std::string_view line) { (trace_ += line) += '\n'; }) {}

  // What the script may turn.
  bool primary_up = true;
  bool service_up = true;
  bool garble_next_playlist = false;
  status::ChannelStatus primary_status = status::ChannelStatus::playing;
  std::string poster;

  void run_for(Duration d) {
    for (const Instant end = now_ + d; now_ < end; now_ += kStep) step();
  }
  void feed(const session::Input& input) {
    recorder_.handle(input, now_, wall());
    for (;;) {
      session::Output output = recorder_.poll_output();
      if (std::holds_alternative<session::Deadline>(output)) return;
      std::visit([this](const auto& o) { carry_out(o); }, output);
    }
  }

  const std::string& trace() const { return trace_; }
  const std::vector<Event>& events() const { return events_; }
  const session::Session& session() const { return session_; }

 private:
  static constexpr Duration kStep = from_ms(250);
  static constexpr Duration kSegment = from_ms(2000);
  static constexpr WallTime kStart{std::chrono::seconds(1'767'225'600)};  // 2026-01-01T00:00:00Z

  struct Buffer {
    MediaTime begin{};
    std::optional<MediaTime> good_until;
  };

  WallTime wall() const { return kStart + now_.time_since_epoch(); }
  static MediaTime content(std::int64_t msn) { return MediaTime(kStart.time_since_epoch()) + msn * kSegment; }
  /// Each source has a time stamp base of its own.
  static MediaTime pts(SourceId source, std::int64_t msn) { return MediaTime(kSegment * (msn + 100 * (source.value + 1))); }

  void step() {
    for (const loading::Fetch& fetch : std::exchange(asked_, {})) answer(fetch);
    if (starting_ && buffers_[starting_->first].good_until) {
      on_air_ = starting_->first;
      playhead_ = starting_->second;
      starting_.reset();
      feed(session::FirstFrame{*on_air_, playhead_});
    }
    advance_playhead();
    feed(media_state());
    feed(session::Tick{});
  }

  void advance_playhead() {
    if (!on_air_ || paused_) return;
    const auto until = buffers_[*on_air_].good_until;
    const bool dry = !until || playhead_ + kStep > *until;
    if (splice_to_ && (dry || playhead_ >= splice_at_)) {
      const SourceId from = std::exchange(*on_air_, *splice_to_);
      splice_to_.reset();
      candidate_.reset();
      return feed(session::Switched{from, *on_air_, playhead_, Duration::zero(), 0, 0});
    }
    if (dry && !stalled_) feed(session::Stalled{});
    if (!dry && stalled_) feed(session::Resumed{from_ms(250)});
    stalled_ = dry;
    if (!dry) playhead_ += kStep;
  }

  session::MediaState media_state() {
    session::MediaState state;
    state.playing = on_air_ && !stalled_ && !paused_;
    state.stalled = stalled_;
    state.playhead = playhead_;
    state.output_latency = from_ms(20);
    for (const auto& [source, buffer] : buffers_) {
      session::SourceBuffer b{source, buffer.good_until, std::nullopt, false};
      if (candidate_ == source && on_air_ && buffers_[*on_air_].good_until) {
        b.planned_splice = *buffers_[*on_air_].good_until;
        b.splice_ready = buffer.good_until && buffer.begin <= *b.planned_splice && *b.planned_splice < *buffer.good_until;
      }
      state.sources.push_back(b);
    }
    return state;
  }

  void answer(const loading::Fetch& fetch) {
    loading::FetchDone done;
    done.id = fetch.id;
    done.status = 200;
    done.final_url = fetch.url;
    done.connect = from_ms(3);
    done.first_byte = from_ms(8);
    done.total = from_ms(40);
    const bool down = fetch.purpose == loading::Purpose::status ? !service_up : fetch.source == SourceId{0} && !primary_up;
    if (down) {
      done.status = 0;
      done.error = {ErrorCode::connect_failed, "connection refused", 0};
      return feed(done);
    }
    switch (fetch.purpose) {
      case loading::Purpose::status: done.body = document(); break;
      case loading::Purpose::poster: done.body = poster; break;
      case loading::Purpose::segment: return answer_segment(fetch, done);
      default: done.body = playlist(); break;
    }
    done.body_bytes = done.body.size();
    feed(done);
  }

  void answer_segment(const loading::Fetch& fetch, loading::FetchDone& done) {
    const loading::SegmentTarget& t = *fetch.segment;
    feed(loading::FetchProgress{fetch.id, 40'000, 100'000});
    feed(loading::SegmentOpened{t.source, t.epoch, t.stream, t.msn, pts(t.source, t.msn.value)});
    done.body_bytes = 100'000;
    feed(done);
    Buffer& buffer = buffers_[t.source];
    if (!buffer.good_until) buffer.begin = content(t.msn.value);
    buffer.good_until = content(t.msn.value + 1);
    feed(loading::SegmentClosed{t.source, t.epoch, t.stream, t.msn, true, std::nullopt});
  }

  std::string document() const {
    status::StatusDocument d;
    d.id = d.channel_id = "ch-1";
    d.revision = 1 + static_cast<int>(now_.time_since_epoch() / kStep);
    d.status = primary_status;
    d.playout.hls = "http://a.example/index.m3u8";
    d.prelive.announcement = "Soon — \"bald\"";
    if (!poster.empty()) d.prelive.poster_url = "http://a.example/poster.png";
    status::MemberState m;
    m.src = m.channel = "ch-2";
    m.enabled = true;
    m.status = status::ChannelStatus::playing;
    m.playout.hls = "http://b.example/index.m3u8";
    d.members = {m};
    return status::to_json(d);
  }

  /// Six segments up to the newest complete one.
  std::string playlist() {
    if (std::exchange(garble_next_playlist, false)) return std::string("#EXTM3U\n\0\xff\x80#EXTINF:x\n", 22);
    const std::int64_t last = now_.time_since_epoch() / kSegment - 1;
    const std::int64_t first = last - 5;
    std::string text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
    const auto seconds = first * 2;
    char date[64];
    std::snprintf(date, sizeof date, "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:%02d:%02d.000Z\n", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
    text += date;
    for (std::int64_t msn = first; msn <= last; ++msn) text += "#EXTINF:2.000,\ns" + std::to_string(msn) + ".ts\n";
    return text;
  }

  void carry_out(const loading::Fetch& o) { asked_.push_back(o); }
  void carry_out(const loading::CancelFetch& o) {
    std::erase_if(asked_, [&](const loading::Fetch& f) { return f.id == o.id; });
  }
  void carry_out(const loading::OpenSource& o) { buffers_[o.source] = {}; }
  void carry_out(const loading::CloseSource& o) { buffers_.erase(o.source); }
  void carry_out(const session::StartPlayback& o) { starting_ = {o.source, o.from}; }
  void carry_out(const session::Prepare& o) { candidate_ = o.source; }
  void carry_out(const session::CancelPrepare&) { candidate_.reset(); }
  void carry_out(const session::Splice& o) {
    splice_to_ = o.to;
    splice_at_ = on_air_ ? buffers_[*on_air_].good_until.value_or(playhead_) : playhead_;
  }
  void carry_out(const session::StopMedia&) {
    on_air_.reset();
    splice_to_.reset();
    candidate_.reset();
    stalled_ = false;
  }
  void carry_out(const session::PauseMedia& o) { paused_ = o.paused; }
  void carry_out(const Event& e) { events_.push_back(e); }
  template <class T>
  void carry_out(const T&) {}

  Instant now_{std::chrono::seconds(20)};
  std::string trace_;
  session::Session session_;
  trace::Recorder recorder_;
  std::vector<loading::Fetch> asked_;
  std::vector<Event> events_;
  std::map<SourceId, Buffer> buffers_;
  std::optional<std::pair<SourceId, MediaTime>> starting_;
  std::optional<SourceId> on_air_;
  std::optional<SourceId> candidate_;
  std::optional<SourceId> splice_to_;
  MediaTime splice_at_{};
  MediaTime playhead_{};
  bool paused_ = false;
  bool stalled_ = false;
};

}  // namespace understudy::test
