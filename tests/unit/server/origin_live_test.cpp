// The origin as it is: real threads, real sockets on loopback, small pictures. Each fault is seen by a raw client.
#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <future>
#include <sstream>
#include <thread>

#include "origin/encoder.h"
#include "origin/origin.h"
#include "support/catch.h"
#include "support/corpora.h"
#include "unit/server/decoded.h"
#include "unit/server/raw_client.h"

namespace understudy::server {
namespace {

using test::body_of;
using test::RawClient;
using test::WireEnd;

constexpr const char* kSmall = R"({"width":192,"height":108,"segment_s":0.6,"bitrate_kbps":150,"ahead_s":1})";

/// An origin on its own thread; every call is made there, as the port asks.
class LiveOrigin {
 public:
  LiveOrigin() : origin_(io_, OriginOptions{}), thread_([this] { io_.run(); }) {}
  ~LiveOrigin() {
    call<int>([this] {
      origin_.stop_all();
      return 0;
    });
    guard_.reset();
    thread_.join();
  }

  template <class T>
  T call(std::function<T()> f) {
    std::packaged_task<T()> task(std::move(f));
    auto result = task.get_future();
    boost::asio::post(io_, [&] { task(); });
    return result.get();
  }
  void start(const std::string& id, const std::string& settings) {
    REQUIRE(call<bool>([&] { return origin_.start_channel(id, settings).has_value(); }));
  }
  void stop(const std::string& id) {
    call<int>([&] {
      origin_.stop_channel(id);
      return 0;
    });
  }
  EncoderState state(const std::string& id) {
    return call<EncoderState>([&] { return origin_.channel_state(id); });
  }
  std::string url(const std::string& id) {
    return call<std::string>([&] { return origin_.playout_url(id); });
  }
  std::uint16_t port(const std::string& id) {
    const std::string u = url(id);
    return static_cast<std::uint16_t>(std::stoi(u.substr(u.find(':', 7) + 1)));
  }
  void fault(const std::string& id, const std::string& json) {
    REQUIRE(call<bool>([&] { return origin_.set_faults(id, json).has_value(); }));
  }
  void clear(const std::string& id) {
    call<int>([&] {
      origin_.clear_faults(id);
      return 0;
    });
  }
  void script(const std::string& text) {
    REQUIRE(call<bool>([&] { return origin_.run_script(text).has_value(); }));
  }
  /// Waits for an event, not for a time: asks until it is so. False after half a minute, on whatever machine.
  bool eventually(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > limit) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool playing(const std::string& id) {
    return eventually([&] { return state(id).kind == EncoderState::Kind::playing; });
  }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  Origin origin_;
  std::thread thread_;
};

std::string media(LiveOrigin& o, const std::string& id) {
  return body_of(test::get(o.port(id), "/" + id + "/media.m3u8"));
}

std::vector<std::string> lines_with(const std::string& text, const std::string& start) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.compare(0, start.size(), start) == 0) out.push_back(line);
  }
  return out;
}

std::string last_segment(LiveOrigin& o, const std::string& id) {
  const auto all = lines_with(media(o, id), "s");
  return all.empty() ? "" : "/" + id + "/" + all.back();
}

std::string status(const std::string& response) { return response.substr(0, 12); }

std::size_t announced(const std::string& response) {
  return std::stoul(response.substr(response.find("Content-Length: ") + 16));
}

}  // namespace

TEST_CASE("a channel starts, plays, stops and keeps its address", "[origin][live]") {
  LiveOrigin o;
  const std::string url = o.url("main");
  CHECK(RawClient(o.port("main")).connect_errno() == ECONNREFUSED);
  CHECK(o.state("main").kind == EncoderState::Kind::idle);
  o.start("main", kSmall);
  REQUIRE(o.playing("main"));
  CHECK(o.url("main") == url);
  const std::string playlist = media(o, "main");
  CHECK(lines_with(playlist, "s").size() >= 3);
  CHECK(lines_with(playlist, "#EXT-X-PROGRAM-DATE-TIME").size() == lines_with(playlist, "s").size());
  CHECK(test::get(o.port("main"), "/main/index.m3u8").find("Access-Control-Allow-Origin: *") != std::string::npos);
  CHECK(status(test::get(o.port("main"), "/other/index.m3u8")) == "HTTP/1.1 404");
  CHECK(status(test::get(o.port("main"), "/main/s0-999999.ts")) == "HTTP/1.1 404");
  o.stop("main");
  CHECK(o.state("main").kind == EncoderState::Kind::idle);
  CHECK(RawClient(o.port("main")).connect_errno() == ECONNREFUSED);
  o.start("main", kSmall);
  CHECK(o.playing("main"));
}

TEST_CASE("a window is full as soon as the channel plays, up to the present", "[origin][live]") {
  LiveOrigin o;
  o.start("main", kSmall);
  REQUIRE(o.playing("main"));
  const auto before = wall_now();
  const auto dates = lines_with(media(o, "main"), "#EXT-X-PROGRAM-DATE-TIME");
  CHECK(dates.size() >= 5);
  // The newest segment ended less than a segment, and this machine's load, ago.
  std::tm tm{};
  REQUIRE(strptime(dates.back().c_str(), "#EXT-X-PROGRAM-DATE-TIME:%Y-%m-%dT%H:%M:%S", &tm) != nullptr);
  const WallTime newest{std::chrono::seconds(timegm(&tm))};
  CHECK(newest < before);
  CHECK(newest > before - std::chrono::seconds(8));
}

TEST_CASE("libavformat plays both containers, and both show the shared content clock", "[origin][live]") {
  LiveOrigin o;
  o.start("a", kSmall);
  o.start("b",
          R"({"width":192,"height":108,"segment_s":1,"gop_s":0.5,"segment_phase_s":0.3,"container":"fmp4","bframes":1,
                   "pts_base":8589900000,"media_sequence":4000,"bitrate_kbps":150,"ahead_s":1,"fps":25})");
  REQUIRE(o.playing("a"));
  REQUIRE(o.playing("b"));
  for (const std::string id : {"a", "b"}) {
    const auto decoded = test::decode_url(o.url(id), 40);
    CHECK(decoded.error.empty());
    REQUIRE(decoded.pictures.size() >= 40);
    REQUIRE(decoded.pictures[0].strip);
    CHECK(decoded.pictures[0].strip->channel_index == (id == "a" ? 0 : 1));
    for (std::size_t i = 1; i < decoded.pictures.size(); ++i) {
      REQUIRE(decoded.pictures[i].strip);
      CHECK(decoded.pictures[i].strip->frame_number ==
            decoded.pictures[0].strip->frame_number + static_cast<std::int64_t>(i));
    }
    const std::int64_t behind = frame_at(wall_now(), {25, 1}) - decoded.pictures.back().strip->frame_number;
    CHECK(behind > 0);
    CHECK(behind < 25 * 30);
  }
}

TEST_CASE("a range of a segment is served", "[origin][live]") {
  LiveOrigin o;
  o.start("main", kSmall);
  REQUIRE(o.playing("main"));
  const std::string segment = last_segment(o, "main");
  const std::string whole = body_of(test::get(o.port("main"), segment));
  const auto range = [&](const std::string& r) {
    return test::get(o.port("main"), segment, "Range: bytes=" + r + "\r\n");
  };
  CHECK(body_of(range("188-375")) == whole.substr(188, 188));
  CHECK(status(range("188-375")) == "HTTP/1.1 206");
  CHECK(range("0-").find("Content-Range: bytes 0-" + std::to_string(whole.size() - 1) + "/" +
                         std::to_string(whole.size())) != std::string::npos);
  CHECK(body_of(range("-188")) == whole.substr(whole.size() - 188));
  CHECK(status(range("99999999-")) == "HTTP/1.1 416");
  CHECK(status(range("x-y")) == "HTTP/1.1 200");
  CHECK(status(range("0-1,4-5")) == "HTTP/1.1 200");
}

TEST_CASE("each HTTP fault is what it says on the wire, and the other channel knows nothing of it", "[origin][live]") {
  LiveOrigin o;
  o.start("sick", kSmall);
  o.start("well", kSmall);
  REQUIRE(o.playing("sick"));
  REQUIRE(o.playing("well"));
  const std::uint16_t port = o.port("sick");
  const std::string segment = last_segment(o, "sick");
  const std::string whole = body_of(test::get(port, segment));
  REQUIRE(whole.size() > 2000);
  const auto ask = [&](const std::string& path, std::string& out, int quiet_ms = 5000) {
    RawClient c(port);
    c.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    return c.read(out, quiet_ms);
  };
  std::string out;

  SECTION("refuse") {
    RawClient open(port);
    o.fault("sick", R"({"fault":"refuse"})");
    CHECK(open.read(out) == WireEnd::reset);
    CHECK(RawClient(port).connect_errno() == ECONNREFUSED);
    o.clear("sick");
    CHECK(RawClient(port).connect_errno() == 0);
  }
  SECTION("refuse ends by itself") {
    o.fault("sick", R"({"fault":"refuse","length_s":0.2})");
    CHECK(RawClient(port).connect_errno() == ECONNREFUSED);
    CHECK(o.eventually([&] { return RawClient(port).connect_errno() == 0; }));
  }
  SECTION("reset") {
    o.fault("sick", R"({"fault":"reset","after_bytes":1000})");
    CHECK(ask(segment, out) == WireEnd::reset);
    CHECK(body_of(out) == whole.substr(0, 1000));
    CHECK(status(test::get(port, "/sick/media.m3u8")) == "HTTP/1.1 200");
  }
  SECTION("black_hole") {
    o.fault("sick", R"({"fault":"black_hole"})");
    CHECK(ask("/sick/media.m3u8", out, 300) == WireEnd::still_open);
    CHECK(out.empty());
  }
  SECTION("trickle") {
    o.fault("sick", R"({"fault":"trickle","bytes_per_second":2000})");
    RawClient c(port);
    c.send("GET " + segment + " HTTP/1.1\r\nHost: x\r\n\r\n");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(c.read(out, 5000, 1500) == WireEnd::still_open);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(400));
    CHECK(announced(out) == whole.size());
    CHECK(body_of(out).size() < whole.size());
  }
  SECTION("slow_first_byte") {
    o.fault("sick", R"({"fault":"slow_first_byte","delay_ms":400})");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(ask(segment, out) == WireEnd::closed);
    CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(400));
    CHECK(body_of(out) == whole);
  }
  SECTION("segment_404") {
    o.fault("sick", R"({"fault":"segment_404"})");
    CHECK(status(test::get(port, segment)) == "HTTP/1.1 404");
    CHECK(status(test::get(port, "/sick/media.m3u8")) == "HTTP/1.1 200");
  }
  SECTION("http_503") {
    o.fault("sick", R"({"fault":"http_503"})");
    for (const std::string& path : {segment, std::string("/sick/media.m3u8"), std::string("/sick/index.m3u8")}) {
      CHECK(status(test::get(port, path)) == "HTTP/1.1 503");
    }
  }
  SECTION("truncated") {
    o.fault("sick", R"({"fault":"truncated"})");
    CHECK(ask(segment, out) == WireEnd::closed);
    CHECK(announced(out) == whole.size());
    CHECK(body_of(out) == whole.substr(0, whole.size() / 2));
  }
  SECTION("corrupt") {
    o.fault("sick", R"({"fault":"corrupt"})");
    const std::string damaged = body_of(test::get(port, segment));
    CHECK(damaged.size() == whole.size());
    CHECK(damaged != whole);
    CHECK(body_of(test::get(port, segment)) == damaged);
  }
  SECTION("stale_playlist") {
    o.fault("sick", R"({"fault":"stale_playlist"})");
    const std::string then = media(o, "sick");
    const std::string other = last_segment(o, "well");
    REQUIRE(o.eventually([&] { return last_segment(o, "well") != other; }));
    REQUIRE(
        o.eventually([&] { return media(o, "well").find(other.substr(6) + "\n#EXT-X-PROGRAM") != std::string::npos; }));
    CHECK(media(o, "sick") == then);
    o.clear("sick");
    CHECK(o.eventually([&] { return media(o, "sick") != then; }));
  }
  SECTION("endlist") {
    o.fault("sick", R"({"fault":"endlist"})");
    CHECK(lines_with(media(o, "sick"), "#EXT-X-ENDLIST").size() == 1);
    o.clear("sick");
    CHECK(lines_with(media(o, "sick"), "#EXT-X-ENDLIST").empty());
  }
  SECTION("missing_segment") {
    const std::string before = last_segment(o, "sick");
    o.fault("sick", R"({"fault":"missing_segment"})");
    REQUIRE(o.eventually([&] { return last_segment(o, "sick") != before; }));
    const auto listed = lines_with(media(o, "sick"), "s");
    const auto last = std::find(listed.begin(), listed.end(), before.substr(6));
    REQUIRE(last != listed.end());
    REQUIRE(last + 1 != listed.end());
    CHECK(status(test::get(port, "/sick/" + *(last + 1))) == "HTTP/1.1 404");
    CHECK(status(test::get(port, before)) == "HTTP/1.1 200");
    const std::string gone = *(last + 1);
    REQUIRE(o.eventually([&] { return last_segment(o, "sick") != "/sick/" + gone; }));
    CHECK(status(test::get(port, last_segment(o, "sick"))) == "HTTP/1.1 200");
  }
  SECTION("sequence_restart") {
    o.fault("sick", R"({"fault":"sequence_restart"})");
    REQUIRE(o.eventually([&] {
      return media(o, "sick").find("#EXT-X-MEDIA-SEQUENCE:0\n") != std::string::npos &&
             last_segment(o, "sick").find("/s1-") != std::string::npos;
    }));
    CHECK(status(test::get(port, last_segment(o, "sick"))) == "HTTP/1.1 200");
  }
  SECTION("pdt_skew") {
    o.fault("sick", R"({"fault":"pdt_skew","skew_ms":3600000})");
    const auto hour = [](const std::string& line) { return line.substr(line.find('T', 10) + 1, 2); };
    CHECK(o.eventually([&] {
      const auto dates = lines_with(media(o, "sick"), "#EXT-X-PROGRAM-DATE-TIME:");
      return hour(dates.front().substr(25)) != hour(dates.back().substr(25));
    }));
  }
  SECTION("drop") {
    o.fault("sick", R"({"fault":"drop"})");
    CHECK(o.state("sick").kind == EncoderState::Kind::waiting);
    CHECK(status(test::get(port, segment)) == "HTTP/1.1 404");
    const std::string then = media(o, "sick");
    const std::string other = last_segment(o, "well");
    REQUIRE(o.eventually([&] { return last_segment(o, "well") != other; }));
    CHECK(media(o, "sick") == then);
    o.clear("sick");
    CHECK(o.playing("sick"));
    CHECK(lines_with(media(o, "sick"), "#EXT-X-DISCONTINUITY").size() >= 1);
  }
  CHECK(o.state("well").kind == EncoderState::Kind::playing);
  CHECK(status(test::get(o.port("well"), last_segment(o, "well"))) == "HTTP/1.1 200");
}

TEST_CASE("a content fault changes what is published from now on, although it was encoded ahead", "[origin][live]") {
  LiveOrigin o;
  o.start("main", R"({"width":192,"height":108,"segment_s":0.6,"bitrate_kbps":150,"ahead_s":20})");
  REQUIRE(o.playing("main"));
  o.fault("main", R"({"fault":"black"})");
  const auto begin = frame_at(wall_now(), {25, 1});
  std::string bytes;
  REQUIRE(o.eventually([&] {
    bytes = body_of(test::get(o.port("main"), last_segment(o, "main")));
    const auto decoded = test::decode(bytes);
    return !decoded.pictures.empty() && decoded.pictures.front().mean_luma < 20;
  }));
  CHECK(frame_at(wall_now(), {25, 1}) - begin < 25 * 20);  // far sooner than what was prepared would have lasted
  o.clear("main");
  CHECK(o.eventually([&] {
    const auto decoded = test::decode(body_of(test::get(o.port("main"), last_segment(o, "main"))));
    return !decoded.pictures.empty() && decoded.pictures.front().strip.has_value();
  }));
}

TEST_CASE("a script drops, restores, stops and starts", "[origin][live]") {
  LiveOrigin o;
  o.start("main", kSmall);
  REQUIRE(o.playing("main"));
  o.script("0 main drop\n0.1 main restore\n0.2 main stop\n0.3 main start\n");
  CHECK(o.state("main").kind == EncoderState::Kind::waiting);
  CHECK(o.eventually([&] { return o.state("main").kind == EncoderState::Kind::idle; }));
  CHECK(o.playing("main"));
}

TEST_CASE("a file is looped as a channel, in step with the content clock", "[origin][live]") {
  // A clip of 2.4 s made by the scene itself, so that the pictures say where in the loop they are.
  const std::string path = "/tmp/understudy-loop-" + std::to_string(::getpid()) + ".ts";
  {
    ChannelSettings s = *parse_settings(R"({"width":320,"height":180,"segment_s":1.2})");
    auto programme = make_scene_programme(s, 3);
    SegmentEncoder encoder(s, *programme, 30'000'000);
    REQUIRE(encoder.begin_at(30'000'000, {}));
    std::ofstream file(path, std::ios::binary);
    for (int i = 0; i < 2; ++i) {
      auto segment = encoder.next([](std::int64_t) { return true; });
      REQUIRE(segment);
      file << *(*segment)->body;
    }
  }
  LiveOrigin o;
  o.start("loop", R"({"width":320,"height":180,"segment_s":1,"strip":false,"ahead_s":1,"source":")" + path + "\"}");
  o.start("marked",
          R"({"width":320,"height":180,"segment_s":1,"channel_index":8,"ahead_s":1,"source":")" + path + "\"}");
  REQUIRE(o.playing("loop"));
  REQUIRE(o.playing("marked"));
  const auto decoded = test::decode_url(o.url("loop"), 90);
  REQUIRE(decoded.pictures.size() >= 90);
  int wraps = 0;
  for (std::size_t i = 1; i < decoded.pictures.size(); ++i) {
    REQUIRE(decoded.pictures[i].strip);
    const auto step = decoded.pictures[i].strip->frame_number - decoded.pictures[i - 1].strip->frame_number;
    if (step != 1) ++wraps;
    if (step != 1) CHECK(step == -59);
  }
  CHECK(wraps >= 1);
  CHECK(decoded.sound.size() > 48'000);
  const auto marked = test::decode_url(o.url("marked"), 30);
  REQUIRE(!marked.pictures.empty());
  REQUIRE(marked.pictures[0].strip);
  CHECK(marked.pictures[0].strip->channel_index == 8);
  std::remove(path.c_str());
}

TEST_CASE("a source that is not there is waited for", "[origin][live]") {
  LiveOrigin o;
  o.start("main", R"({"source":"/nonexistent/clip.mp4"})");
  CHECK(o.eventually([&] { return o.state("main").kind == EncoderState::Kind::waiting; }));
  CHECK(o.state("main").message.find("source") == 0);
  CHECK(status(test::get(o.port("main"), "/main/index.m3u8")) == "HTTP/1.1 404");
}

TEST_CASE("clips of the corpora play as channels", "[origin][live][corpora]") {
  const auto corpora = test::corpora();
  if (!corpora) {
    WARN("no corpora: clips as channels are not tested");
    return;
  }
  int played = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*corpora / "media")) {
    if (!file.is_regular_file() || played == 3 ||
        (file.path().extension() != ".mp4" && file.path().extension() != ".ts"))
      continue;
    LiveOrigin o;
    o.start("clip", R"({"width":320,"height":180,"source":")" + file.path().string() + "\"}");
    INFO(file.path().filename().string());
    CHECK(o.eventually([&] {
      return o.state("clip").kind == EncoderState::Kind::playing || o.state("clip").kind == EncoderState::Kind::waiting;
    }));
    if (o.state("clip").kind != EncoderState::Kind::playing) continue;
    const auto decoded = test::decode_url(o.url("clip"), 30);
    CHECK(decoded.pictures.size() >= 30);
    CHECK(decoded.pictures.front().strip);
    ++played;
  }
  CHECK(played > 0);
}

}  // namespace understudy::server
