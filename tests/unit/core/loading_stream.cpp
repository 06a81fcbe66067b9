// One media playlist being loaded: what is asked for when, what is retried, what counts as late.
#include <algorithm>
#include <limits>

#include "core/base/reach.h"
#include "core/loading/stream_loader.h"
#include "support/catch.h"

namespace understudy::loading {

using namespace std::chrono_literals;

namespace {

std::string playlist(int first, int count, const char* end = "") {
  std::string text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
  for (int i = first; i < first + count; ++i) {
    const auto two_digits = [](int n) { return std::to_string(100 + n).substr(1); };
    const std::string time = two_digits(4 + i / 30) + ":" + two_digits(2 * i % 60);
    text += "#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:" + time + ".000Z\n#EXTINF:2.0,\nseg" + std::to_string(i) + ".ts\n";
  }
  return text + end;
}

struct Rig {
  Outbox outbox;
  StreamLoader loader{SourceId{0}, Stream::main, outbox, Random(1)};
  Surroundings s;
  std::vector<Command> sent;

  Rig() { s.now = Instant{100s}; }
  void collect() {
    for (Command& c : outbox.take()) sent.push_back(std::move(c));
  }
  void tick(Duration later = {}) {
    s.now += later;
    loader.tick(s);
    collect();
  }
  /// The last request for something whose URL ends so; unset: there was none.
  std::optional<Fetch> asked(const std::string& ending) const {
    for (auto c = sent.rbegin(); c != sent.rend(); ++c) {
      const auto* fetch = std::get_if<Fetch>(&*c);
      if (fetch != nullptr && fetch->url.size() >= ending.size() &&
          fetch->url.compare(fetch->url.size() - ending.size(), ending.size(), ending) == 0)
        return *fetch;
    }
    return std::nullopt;
  }
  template <class C>
  int count() const {
    return static_cast<int>(std::count_if(sent.begin(), sent.end(), [](const Command& c) { return std::holds_alternative<C>(c); }));
  }
  void answer(const Fetch& fetch, int status, std::string body = "", std::optional<Duration> retry_after = std::nullopt,
              std::uint64_t segment_bytes = 1000) {
    FetchDone done;
    done.id = fetch.id;
    done.status = status;
    done.body_bytes = fetch.segment ? segment_bytes : body.size();
    if (status != 200) done.body_bytes = 0;
    done.body = std::move(body);
    done.retry_after = retry_after;
    loader.on_done(done, s);
    collect();
  }
  void begin(std::string text) {
    loader.open("http://h/live.m3u8", std::nullopt, s);
    collect();
    answer(*asked("live.m3u8"), 200, std::move(text));
    loader.load_media(Epoch{1}, std::nullopt, s);
    collect();
  }
};

}  // namespace

TEST_CASE("a live list is joined three target durations before its end") {
  Rig rig;
  rig.begin(playlist(0, 6));
  REQUIRE(rig.asked("seg3.ts"));
  CHECK_FALSE(rig.asked("seg2.ts"));
}

TEST_CASE("segments are asked for one at a time, in order") {
  Rig rig;
  rig.begin(playlist(0, 6));
  CHECK_FALSE(rig.asked("seg4.ts"));
  rig.answer(*rig.asked("seg3.ts"), 200);
  CHECK(rig.asked("seg4.ts"));
  CHECK_FALSE(rig.asked("seg5.ts"));
}

TEST_CASE("a list that changed is asked for again after a target duration, one that did not after half") {
  Rig rig;
  rig.begin(playlist(0, 6));
  CHECK(rig.loader.next_deadline() == rig.s.now + 2s);
  rig.tick(2s);
  rig.answer(*rig.asked("live.m3u8"), 200, playlist(0, 6));
  CHECK(rig.loader.next_deadline() == rig.s.now + 1s);
}

TEST_CASE("a failed segment gets one quick retry before it is trouble") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.answer(*rig.asked("seg3.ts"), 500);
  CHECK_FALSE(rig.loader.trouble());
  const Instant retry = rig.loader.next_deadline();
  CHECK(retry >= rig.s.now + 90ms);
  CHECK(retry <= rig.s.now + 210ms);
  rig.tick(retry - rig.s.now);
  rig.answer(*rig.asked("seg3.ts"), 500);
  REQUIRE(rig.loader.trouble());
  CHECK(rig.loader.trouble()->reason == Reason::http_error);
}

TEST_CASE("denied access is trouble at once") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.answer(*rig.asked("seg3.ts"), 403);
  REQUIRE(rig.loader.trouble());
  CHECK(rig.loader.trouble()->reason == Reason::access_denied);
}

// FAILOVER.md 3: 401 and 403 make it unusable for penaltyMs, so they are no less known for what is wrong with it besides.
TEST_CASE("denied access is told before any other trouble") {
  Rig rig;
  rig.begin(playlist(0, 6));
  const auto fail_twice = [&rig](const char* what, int status) {
    for (int attempt = 0; attempt < 2; ++attempt) {
      rig.answer(*rig.asked(what), status);
      rig.tick(rig.loader.next_deadline() - rig.s.now);
    }
    REQUIRE(rig.loader.trouble());
    CHECK(rig.loader.trouble()->reason == Reason::http_error);
  };
  SECTION("the list is denied while a segment fails") {
    fail_twice("seg3.ts", 500);
    rig.tick(2s);
    rig.answer(*rig.asked("live.m3u8"), 403);
    CHECK(rig.loader.trouble()->reason == Reason::access_denied);
    rig.tick(rig.loader.next_deadline() - rig.s.now);
    rig.tick(5s);
    rig.answer(*rig.asked("live.m3u8"), 200, playlist(1, 6));
    CHECK(rig.loader.trouble()->reason == Reason::http_error);
  }
  SECTION("the segment that failed is denied") {
    fail_twice("seg3.ts", 500);
    rig.tick(5s);
    rig.answer(*rig.asked("seg3.ts"), 403);
    CHECK(rig.loader.trouble()->reason == Reason::access_denied);
  }
  SECTION("the list that failed is denied") {
    rig.answer(*rig.asked("seg3.ts"), 200);
    rig.tick(2s);
    fail_twice("live.m3u8", 500);
    rig.tick(5s);
    rig.answer(*rig.asked("live.m3u8"), 403);
    CHECK(rig.loader.trouble()->reason == Reason::access_denied);
  }
}

TEST_CASE("trouble with a segment that is still wanted lasts, though the playhead is past its place") {
  // FAILOVER.md 3: who denies access is penalised; also a source that lags by more than the live offset.
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.s.playhead = rig.loader.timeline().window().end + 5s;
  rig.answer(*rig.asked("seg3.ts"), 401);
  rig.tick();
  CHECK(rig.loader.trouble());
  for (int i = 0; i < 6; ++i) {
    rig.tick(5s);
    rig.answer(*rig.asked("seg3.ts"), 401);
  }
  CHECK_FALSE(rig.loader.trouble());  // given up, and behind the playhead
}

TEST_CASE("a missing segment is given up after three attempts while newer ones are listed") {
  Rig rig;
  rig.begin(playlist(0, 6));
  for (int i = 0; i < 3; ++i) {
    REQUIRE_FALSE(rig.asked("seg4.ts"));
    rig.answer(*rig.asked("seg3.ts"), 404);
    rig.tick(5s);
  }
  CHECK(rig.asked("seg4.ts"));
  REQUIRE(rig.loader.trouble());
  CHECK(rig.loader.trouble()->reason == Reason::missing_segment);
}

TEST_CASE("Retry-After lengthens the wait, up to thirty seconds") {
  Rig rig;
  rig.begin(playlist(0, 6));
  const std::size_t before = rig.sent.size();
  rig.answer(*rig.asked("seg3.ts"), 503, "", 3600s);
  rig.tick(1900ms);
  CHECK(rig.sent.size() == before);
  rig.tick(27s);  // the list is asked for in between, the segment is not
  const auto segments = std::count_if(rig.sent.begin(), rig.sent.end(), [](const Command& c) {
    const auto* fetch = std::get_if<Fetch>(&c);
    return fetch != nullptr && fetch->purpose == Purpose::segment;
  });
  CHECK(segments == 1);
  rig.tick(2s);
  CHECK(rig.asked("seg3.ts")->id != RequestId{0});
  CHECK(rig.count<Fetch>() >= 4);
}

// FAILOVER.md 12.9. Its retry would have been due before.
TEST_CASE("a segment whose server asked to be left alone wakes nobody until then") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.answer(*rig.asked("seg3.ts"), 503, "", 1500ms);
  rig.tick(1300ms);
  CHECK(rig.loader.next_deadline() == rig.s.now + 200ms);
}

// FAILOVER.md 11: declared one quick retry later. The server forbids that one, so nothing else will be known before it is due.
TEST_CASE("who is refused and told to wait knows at once that the segment is lost") {
  Rig rig;
  rig.begin(playlist(0, 6));
  SECTION("told to wait longer than a quick retry does") {
    rig.answer(*rig.asked("seg3.ts"), 301, "", 26s);
    REQUIRE(rig.loader.trouble());
    CHECK(rig.loader.trouble()->reason == Reason::http_error);
  }
  SECTION("told to wait no longer") {
    rig.answer(*rig.asked("seg3.ts"), 301, "", 0s);
    CHECK_FALSE(rig.loader.trouble());
  }
}

TEST_CASE("who is refused the list and told to wait knows at once") {
  Rig rig;
  rig.loader.open("http://a.test/live/media.m3u8", std::nullopt, rig.s);
  rig.collect();
  rig.answer(*rig.asked("media.m3u8"), 503, "", 26s);
  CHECK(rig.loader.trouble());
}

TEST_CASE("a failed segment that is not wanted any more is no deadline") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.answer(*rig.asked("seg3.ts"), 429);
  SECTION("because it lies beyond the limit") { rig.loader.limit_media(rig.loader.start_point()); }
  SECTION("because the playhead is far behind it") { rig.s.playhead = *rig.loader.start_point() - 31s; }
  rig.tick(1s);
  CHECK(rig.loader.next_deadline() == rig.s.now + 1s);  // the list's
}

TEST_CASE("a body that broke off is continued behind what arrived") {
  Rig rig;
  rig.begin(playlist(0, 6));
  const Fetch first = *rig.asked("seg3.ts");
  FetchDone done;
  done.id = first.id;
  done.status = 200;
  done.error = Error{ErrorCode::connection_reset, "reset"};
  done.body_bytes = 640;
  rig.loader.on_done(done, rig.s);
  rig.collect();
  rig.tick(300ms);
  const Fetch second = *rig.asked("seg3.ts");
  CHECK(second.id != first.id);
  REQUIRE(second.segment);
  CHECK(second.segment->resume_at == 640);
}

TEST_CASE("what is far ahead of the playhead is neither asked for nor late") {
  Rig rig;
  rig.begin(playlist(0, 25));
  rig.s.playhead = rig.loader.timeline().window().begin;
  rig.loader.load_media(Epoch{2}, rig.s.playhead, rig.s);
  rig.collect();
  for (int i = 0; i < 16; ++i) {
    rig.answer(*rig.asked("/seg" + std::to_string(i) + ".ts"), 200);
    rig.tick(1s);
  }
  CHECK_FALSE(rig.asked("/seg16.ts"));
  CHECK_FALSE(rig.loader.listed_since());
}

TEST_CASE("what is about to leave the window does not wait for a playhead that is far behind") {
  // FAILOVER.md 12.5: no frame is lost. 12.11: memory is bounded. 3: resuming outside the window jumps to the live edge.
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.s.playhead = rig.loader.timeline().window().begin;
  rig.loader.load_media(Epoch{2}, rig.s.playhead, rig.s);
  rig.collect();
  const auto load = [&](int first, int last, std::uint64_t bytes) {
    for (int i = first; i <= last; ++i) {
      const auto fetch = rig.asked("/seg" + std::to_string(i) + ".ts");
      if (!fetch) return i;
      rig.answer(*fetch, 200, "", std::nullopt, bytes);
      rig.tick(1s);
    }
    return last + 1;
  };
  const auto reload = [&](int first) {
    rig.tick(2s);
    rig.answer(*rig.asked("live.m3u8"), 200, playlist(first, 6));
    rig.tick(1s);
  };
  REQUIRE(load(0, 5, 1000) == 6);
  for (int first = 6; first <= 12; first += 6) {
    reload(first);
    load(first, first + 5, 1000);
  }
  CHECK_FALSE(rig.asked("/seg16.ts"));  // begins 32 s ahead
  SECTION("it is loaded just in time") {
    reload(15);
    CHECK(load(16, 20, 1000) == 17);
    reload(17);
    CHECK(load(17, 22, 1000) == 19);
  }
  SECTION("but not while the viewer pauses") {
    rig.s.paused = true;
    reload(15);
    CHECK_FALSE(rig.asked("/seg16.ts"));
  }
  SECTION("but no more than a viewer may be behind") {
    int next = 16;
    for (int first = 15; first < 62; first = next - 1) {
      reload(first);
      const int loaded = load(next, next + 5, 1000);
      if (loaded == next) break;
      next = loaded;
    }
    CHECK(next == 61);  // begins 122 s ahead
  }
  SECTION("but no more than there is memory for") {
    reload(15);
    REQUIRE(load(16, 20, 64u << 20) == 17);
    reload(17);
    CHECK_FALSE(rig.asked("/seg17.ts"));
  }
}

TEST_CASE("a loading that begins far ahead of the playhead begins") {
  // FAILOVER.md 7: a splice point older than the candidate's window starts at its oldest segment.
  Rig rig;
  rig.begin(playlist(0, 25));
  rig.s.playhead = rig.loader.timeline().window().begin - 600s;
  rig.loader.load_media(Epoch{2}, rig.s.playhead, rig.s);
  rig.collect();
  CHECK(rig.asked("/seg0.ts"));
  CHECK(rig.loader.listed_since());
}

TEST_CASE("after a pause or a jump of the clock lateness counts anew") {
  Rig rig;
  rig.begin(playlist(0, 6));
  REQUIRE(rig.loader.silent_since());
  rig.s.now += 3600s;
  rig.loader.forget_lateness(rig.s.now);
  CHECK(rig.loader.silent_since() == rig.s.now);
  CHECK(rig.loader.listed_since() == rig.s.now);
}

TEST_CASE("a body slower than real time for a second is a trickle, a faster one flows") {
  Rig rig;
  rig.begin(playlist(0, 6));
  const RequestId id = rig.asked("seg3.ts")->id;
  rig.loader.on_progress({id, 100, 1000}, rig.s);  // a tenth of two seconds
  CHECK(rig.loader.flows());
  rig.tick(1s);
  CHECK(rig.loader.trickles_until());
  CHECK_FALSE(rig.loader.flows());
}

TEST_CASE("a length that no body has makes a trickle that lasts, and nothing overflows") {
  Rig rig;
  rig.begin(playlist(0, 6));
  const RequestId id = rig.asked("seg3.ts")->id;
  rig.loader.on_progress({id, 1, std::numeric_limits<std::uint64_t>::max()}, rig.s);
  rig.tick(10s);
  REQUIRE(rig.loader.trickles_until());
  CHECK(*rig.loader.trickles_until() == rig.s.now + kLongestWait);
}

TEST_CASE("bytes count as they come, also of a body that is not wanted any more") {
  // FAILOVER.md 12.8: what a hedge fetched that was given up within a body was fetched all the same.
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.loader.on_progress({rig.asked("seg3.ts")->id, 400, 1000}, rig.s);
  CHECK(rig.loader.segment_bytes() == 400);
  rig.answer(*rig.asked("seg3.ts"), 200);
  CHECK(rig.loader.segment_bytes() == 1000);
  rig.loader.on_progress({rig.asked("seg4.ts")->id, 300, 1000}, rig.s);
  rig.loader.hold();
  CHECK(rig.loader.segment_bytes() == 1300);
}

TEST_CASE("media is due from when it was listed, however late what came before it") {
  // FAILOVER.md 3: loss counts from the moment the next segment was due.
  Rig rig;
  rig.begin(playlist(0, 6));
  const Instant wanted = rig.s.now;
  rig.tick(5s);
  rig.answer(*rig.asked("seg3.ts"), 200);
  CHECK(rig.loader.media_due() == wanted);  // what was listed before anything was wanted was not due then
  CHECK(rig.loader.listed_since() == rig.s.now);
  rig.answer(*rig.asked("live.m3u8"), 200, playlist(0, 7));
  const Instant listed = rig.s.now;
  rig.tick(3s);
  rig.answer(*rig.asked("seg4.ts"), 200);
  CHECK(rig.loader.media_due() == wanted);
  rig.tick(3s);
  rig.answer(*rig.asked("seg5.ts"), 200);
  CHECK(rig.loader.media_due() == listed);
}

TEST_CASE("answers to requests of others are not ours") {
  Rig rig;
  rig.begin(playlist(0, 6));
  CHECK_FALSE(rig.loader.owns(RequestId{4711}));
  rig.loader.stop();
  rig.collect();
  CHECK_FALSE(rig.loader.owns(rig.asked("seg3.ts")->id));
  CHECK(rig.count<CancelFetch>() == 1);
}

TEST_CASE("the end of the list is told once, when all of it was loaded") {
  Rig rig;
  rig.begin(playlist(0, 2, "#EXT-X-ENDLIST\n"));
  rig.answer(*rig.asked("seg0.ts"), 200);
  CHECK(rig.count<EndOfStream>() == 0);
  rig.answer(*rig.asked("seg1.ts"), 200);
  rig.tick(10s);
  CHECK(rig.count<EndOfStream>() == 1);
  CHECK_FALSE(rig.loader.ended_while_live());
}

// FAILOVER.md 12.9: requests per second are bounded. Short segments of a fast server would come more often than that.
TEST_CASE("catching up rests for the rest of a second in which nine requests went out, and nobody is late for that") {
  Rig rig;
  rig.begin(playlist(0, 20));  // asks for the list and a segment
  rig.loader.load_media(Epoch{2}, rig.loader.timeline().window().begin, rig.s);
  rig.collect();
  for (int i = 0; i < 20; ++i)
    if (const auto fetch = rig.asked("/seg" + std::to_string(i) + ".ts")) rig.answer(*fetch, 200);
  CHECK(rig.count<Fetch>() == 9);
  CHECK_FALSE(rig.loader.listed_since());
  CHECK(rig.loader.next_deadline() == rig.s.now + 1s);
  rig.tick(1s);
  CHECK(rig.count<Fetch>() == 10);
}

// FAILOVER.md 3: a suspend resets the monitors instead of tripping them, and the viewer's own outage is no failure of the source.
TEST_CASE("a list that nobody looked at for longer than it is has moved on and not restarted") {
  for (const Duration unseen : {2s, 30s}) {
    Rig rig;
    rig.begin(playlist(0, 6));
    rig.tick(unseen);
    rig.answer(*rig.asked("live.m3u8"), 200, playlist(20, 6));
    CHECK(rig.loader.trouble().has_value() == (unseen == 2s));
    CHECK(rig.loader.take_restarted());
    // Segment 3 was under way: with it seventeen of two seconds are not listed any more.
    CHECK(rig.loader.hole() == (unseen == 2s ? Duration::zero() : Duration(34s)));
  }
}

// FAILOVER.md 12.5: who begins behind it would be shown the same pictures again, were he brought over it.
TEST_CASE("a hole is none for who is shown only what lies behind it") {
  for (const bool behind : {false, true}) {
    Rig rig;
    rig.begin(playlist(0, 6));
    const MediaTime before = *rig.loader.start_point();
    rig.tick(30s);
    rig.answer(*rig.asked("live.m3u8"), 200, playlist(20, 6));
    const MediaTime next = rig.loader.timeline().window().begin;
    rig.loader.begins_at(behind ? next - 400ms : before);  // dates are rounded
    CHECK(rig.loader.hole() == (behind ? Duration::zero() : Duration(34s)));
  }
}

// FAILOVER.md 4: a member that delivers again is shown at the live edge, and nothing of it was missed that ever came.
TEST_CASE("a list that moves on before anything came of it leaves no hole") {
  for (const bool came : {false, true}) {
    Rig rig;
    rig.begin(playlist(0, 6));
    if (came) rig.answer(*rig.asked("seg3.ts"), 200);
    const std::string waiting = came ? "seg4.ts" : "seg3.ts";
    for (int i = 1; i <= 10; ++i) {
      rig.answer(*rig.asked(waiting), 502);
      rig.tick(2s);
      rig.answer(*rig.asked("live.m3u8"), 200, playlist(i, 6));
      rig.tick(2s);
    }
    CHECK((rig.loader.hole() > Duration::zero()) == came);
    CHECK(rig.asked(came ? "seg5.ts" : "seg7.ts").has_value());  // the next one; three target durations behind live
  }
}

// 4.4.4.7: what a live list marks so is missing, and somebody else may have it; in a recording nobody has anything there.
TEST_CASE("a gap is never asked for; in a live list it is a missing segment, in a recording it is passed over") {
  for (const bool recording : {false, true}) {
    Rig rig;
    std::string text = playlist(0, 6, recording ? "#EXT-X-ENDLIST\n" : "");
    const std::string wanted = recording ? "seg0.ts" : "seg3.ts";
    text.insert(text.find(wanted), "#EXT-X-GAP\n");
    rig.begin(text);
    CHECK_FALSE(rig.asked(wanted));
    CHECK(rig.asked(recording ? "seg1.ts" : "seg4.ts"));
    REQUIRE(rig.loader.trouble().has_value() == !recording);
    if (!recording) CHECK(rig.loader.trouble()->reason == Reason::missing_segment);
  }
}

TEST_CASE("a hole is no longer than a time can be, however far the numbers jump") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.tick(30s);
  rig.answer(*rig.asked("live.m3u8"), 200,
             "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:4611686018427387896\n#EXTINF:2,\nfar.ts\n");
  CHECK(rig.loader.hole() == kLongestWait);
}

// Numbers are often the time in milliseconds. Passed one by one, these would take minutes.
TEST_CASE("a segment marked as a gap is passed at once, however far the window moved to it") {
  Rig rig;
  rig.begin(playlist(0, 6));
  rig.answer(*rig.asked("seg3.ts"), 200);
  rig.tick(2s);
  rig.answer(*rig.asked("live.m3u8"), 200,
             "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1770255493837\n"
             "#EXTINF:2,\n#EXT-X-GAP\ngap.ts\n#EXTINF:2,\nnext.ts\n");
  rig.answer(*rig.asked("seg4.ts"), 404);
  rig.tick(1s);
  CHECK_FALSE(rig.asked("gap.ts"));
  CHECK(rig.asked("next.ts"));
  CHECK(rig.loader.hole() == kLongestWait);
}

TEST_CASE("a body crawls when what is left of it needs longer than fifteen seconds") {
  for (const std::uint64_t bytes : {2'000u, 100'000u}) {
    Rig rig;
    rig.begin(playlist(0, 6));
    FetchProgress progress;
    progress.id = rig.asked("seg3.ts")->id;
    progress.content_length = 1'000'000;
    progress.bytes = 1;
    rig.loader.on_progress(progress, rig.s);
    rig.tick(999ms);
    CHECK_FALSE(rig.loader.crawls(rig.s.now));
    progress.bytes = bytes;
    rig.loader.on_progress(progress, rig.s);
    rig.tick(1ms);
    CHECK(rig.loader.slow());
    CHECK(rig.loader.crawls(rig.s.now) == (bytes < 60'000));
  }
}

TEST_CASE("a request that is taken back before anybody was told of it is never told") {
  Outbox outbox;
  Fetch fetch;
  fetch.id = outbox.next_request();
  outbox.push(fetch);
  outbox.push(CancelFetch{fetch.id});
  CHECK(outbox.take().empty());
  outbox.push(fetch);
  CHECK(outbox.take().size() == 1);
  outbox.push(CancelFetch{fetch.id});
  CHECK(outbox.take().size() == 1);
}

}  // namespace understudy::loading
