// One source being loaded: what its URL leads to, and what is kept, held and told of it.
#include <algorithm>

#include "core/loading/source_loader.h"
#include "support/catch.h"

namespace understudy::loading {

using namespace std::chrono_literals;

namespace {

constexpr MediaTime kEdge{5000s};

struct Rig {
  Outbox outbox;
  SourceLoader loader;
  Surroundings s{Instant{100s}, kEdge, std::nullopt};
  std::vector<Command> sent;

  explicit Rig(SourceSettings settings) : loader(SourceId{0}, std::move(settings), outbox, Random(1)) {}
  void collect() {
    for (Command& c : outbox.take()) sent.push_back(std::move(c));
  }
  template <class C>
  std::vector<C> all() const {
    std::vector<C> found;
    for (const Command& c : sent)
      if (const auto* one = std::get_if<C>(&c)) found.push_back(*one);
    return found;
  }
  /// The last request, whatever for.
  Fetch asked() const { return all<Fetch>().back(); }
  void answer(const Fetch& fetch, int status, std::string body = "") {
    FetchDone done;
    done.id = fetch.id;
    done.status = status;
    done.body_bytes = body.size();
    done.body = std::move(body);
    CHECK(loader.on_done(done, s));
    collect();
  }
};

SourceSettings direct() {
  SourceSettings settings;
  settings.url = "rtmp://h/live";
  settings.hls = false;
  return settings;
}

SourceSettings hls_source() {
  SourceSettings settings;
  settings.url = "http://h/index.m3u8";
  return settings;
}

}  // namespace

TEST_CASE("a source that is not HLS is opened by the media pipeline, and nothing of it is fetched") {
  Rig rig(direct());
  rig.loader.run_playlist({}, rig.s);  // in standby there is nothing to refresh
  rig.collect();
  CHECK(rig.sent.empty());
  rig.loader.run_media(std::nullopt, rig.s);
  rig.loader.tick(rig.s);
  rig.collect();
  REQUIRE(rig.sent.size() == 1);
  CHECK(rig.sent[0] == Command{OpenDirect{SourceId{0}, rig.loader.epoch(), "rtmp://h/live"}});
}

TEST_CASE("a source without dates is anchored once, where media is published now") {
  Rig rig(direct());
  rig.loader.run_media(std::nullopt, rig.s);
  const SegmentOpened opened{SourceId{0}, rig.loader.epoch(), Stream::main, {}, MediaTime{20s}};
  rig.loader.on_opened(opened, rig.s);
  rig.loader.on_opened(opened, rig.s);
  rig.collect();
  const auto anchors = rig.all<Anchor>();
  REQUIRE(anchors.size() == 1);
  CHECK(anchors[0].offset == kEdge - MediaTime{20s});
}

TEST_CASE("what a source showed before it was opened anew anchors nothing") {
  Rig rig(direct());
  rig.loader.run_media(std::nullopt, rig.s);
  const SegmentOpened old{SourceId{0}, rig.loader.epoch(), Stream::main, {}, MediaTime{20s}};
  rig.loader.run_media(std::nullopt, rig.s);
  rig.loader.on_opened(old, rig.s);
  rig.collect();
  CHECK(rig.all<Anchor>().empty());
  CHECK(rig.all<OpenDirect>().size() == 2);
}

TEST_CASE("a source that the pipeline cannot open or read is in trouble until it is opened anew") {
  Rig rig(direct());
  rig.loader.run_media(std::nullopt, rig.s);
  rig.loader.on_damaged(Error{ErrorCode::connect_failed, "refused"}, kEdge, rig.s);
  REQUIRE(rig.loader.trouble());
  CHECK(rig.loader.trouble()->reason == Reason::decode_error);
  CHECK(rig.loader.trouble()->error.code == ErrorCode::connect_failed);
  rig.s.playhead = kEdge + 10s;  // time alone mends nothing
  rig.loader.tick(rig.s);
  CHECK(rig.loader.trouble());
  rig.loader.run_media(std::nullopt, rig.s);
  CHECK_FALSE(rig.loader.trouble());
}

TEST_CASE("damage of a segmented source counts until the playhead has passed it, the first of several") {
  Rig rig(hls_source());
  rig.loader.run_media(std::nullopt, rig.s);
  rig.loader.on_damaged(Error{ErrorCode::decode_failed, "first"}, kEdge, rig.s);
  rig.loader.on_damaged(Error{ErrorCode::decode_failed, "second"}, kEdge + 5s, rig.s);
  REQUIRE(rig.loader.trouble());
  CHECK(rig.loader.trouble()->error.detail == "first");
  rig.s.playhead = kEdge;
  rig.loader.tick(rig.s);
  CHECK(rig.loader.trouble());
  rig.s.playhead = kEdge + 1ms;
  rig.loader.tick(rig.s);
  CHECK_FALSE(rig.loader.trouble());
}

TEST_CASE("a source that is held asks for nothing, and goes on where it left off") {
  Rig rig(hls_source());
  rig.loader.hold();  // nothing runs: there is nothing to hold
  CHECK(rig.loader.level() == SourceLoader::Level::off);
  rig.loader.run_media(std::nullopt, rig.s);
  rig.collect();
  CHECK(rig.asked().url == "http://h/index.m3u8");
  rig.loader.hold();
  rig.loader.tick(rig.s);
  rig.collect();
  CHECK(rig.loader.level() == SourceLoader::Level::held);
  CHECK(rig.all<CancelFetch>().size() == 1);
  CHECK(rig.all<Fetch>().size() == 1);
  CHECK(rig.loader.next_deadline() == Instant::max());
  rig.loader.resume(rig.s);
  rig.collect();
  CHECK(rig.loader.level() == SourceLoader::Level::media);
  CHECK(rig.all<Fetch>().size() == 2);
  rig.loader.resume(rig.s);  // it is not held any more
  rig.collect();
  CHECK(rig.all<Fetch>().size() == 2);
}

// FAILOVER.md 12.9: requests per second are bounded. A hedge, the probe after it and the hedge after that begin from nothing each time.
TEST_CASE("a source that is closed and loaded anew, over and over, is asked nine times within a second, and then when that has passed") {
  Rig rig(hls_source());
  for (int i = 0; i < 12; ++i) {
    rig.loader.stop();
    rig.loader.run_media(std::nullopt, rig.s);
    rig.collect();
  }
  CHECK(rig.all<Fetch>().size() == 9);
  CHECK_FALSE(rig.loader.silent_since());  // nobody is late for that
  CHECK(rig.loader.next_deadline() == rig.s.now + 1s);
  rig.s.now += 1s;
  rig.loader.tick(rig.s);
  rig.collect();
  CHECK(rig.all<Fetch>().size() == 10);
}

TEST_CASE("a multivariant playlist that cannot be read, or names nothing to play, is trouble") {
  for (const char* text : {"<html>", "#EXTM3U\n#EXT-X-SESSION-DATA:DATA-ID=\"d\"\n"}) {
    INFO(text);
    Rig rig(hls_source());
    rig.loader.run_media(std::nullopt, rig.s);
    rig.collect();
    for (int attempt = 0; attempt < 2; ++attempt) {  // one quick retry in the same place
      rig.answer(rig.asked(), 200, text);
      rig.s.now = std::max(rig.s.now, std::min(rig.loader.next_deadline(), rig.s.now + 10s));
      rig.loader.tick(rig.s);
      rig.collect();
    }
    REQUIRE(rig.loader.trouble());
    CHECK(rig.loader.trouble()->reason == Reason::playlist_error);
  }
}

// FAILOVER.md 3: who denies access is penalised, whatever else is wrong.
TEST_CASE("a multivariant playlist that fails and is denied then, or beside damage, is denied") {
  for (const bool damaged : {false, true}) {
    INFO("damaged " << damaged);
    Rig rig(hls_source());
    rig.loader.run_media(std::nullopt, rig.s);
    rig.collect();
    if (damaged) rig.loader.on_damaged(Error{ErrorCode::decode_failed, "damage"}, kEdge, rig.s);
    for (const int status : {500, 500, 403}) {
      rig.answer(rig.asked(), status);
      rig.s.now = rig.loader.next_deadline();
      rig.loader.tick(rig.s);
      rig.collect();
    }
    REQUIRE(rig.loader.trouble());
    CHECK(rig.loader.trouble()->reason == Reason::access_denied);
  }
}

TEST_CASE("an audio rendition is loaded beside its variant stream") {
  Rig rig(hls_source());
  rig.loader.run_media(std::nullopt, rig.s);
  rig.collect();
  rig.answer(rig.asked(), 200,
             "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"n\",DEFAULT=YES,URI=\"a.m3u8\"\n"
             "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nv.m3u8\n");
  std::vector<std::string> urls;
  for (const Fetch& fetch : rig.all<Fetch>()) urls.push_back(fetch.url);
  CHECK(std::count(urls.begin(), urls.end(), "http://h/v.m3u8") == 1);
  CHECK(std::count(urls.begin(), urls.end(), "http://h/a.m3u8") == 1);
  CHECK(rig.all<OpenSource>().back().separate_audio);
}

TEST_CASE("what belongs to no request of a source is left to others") {
  Rig rig(hls_source());
  rig.loader.run_media(std::nullopt, rig.s);
  rig.collect();
  FetchDone done;
  done.id = RequestId{999};
  CHECK_FALSE(rig.loader.on_done(done, rig.s));
  CHECK_FALSE(rig.loader.on_progress(FetchProgress{RequestId{999}, 1, std::nullopt}, rig.s));
}

}  // namespace understudy::loading
