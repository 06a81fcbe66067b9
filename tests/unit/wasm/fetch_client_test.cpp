// The fetch client against a page that the test plays.
#include "understudy/fetch_client.h"

#include <cmath>
#include <map>
#include <set>

#include "net/fetch/imports.h"
#include "net/http_client.h"
#include "support/catch.h"

namespace {

struct Started {
  std::string url;
  std::string headers;
  double first;
  double last;
};
std::map<int, Started> started;
std::set<int> aborted;

}  // namespace

extern "C" {
void understudy_fetch_start(int id, const char* url, const char* headers, double first, double last) {
  started[id] = {url, headers, first, last};
}
void understudy_fetch_abort(int id) { aborted.insert(id); }
double understudy_parse_date(const char* text) {
  return std::string(text) == "Wed, 21 Oct 2026 07:28:00 GMT" ? 1'792'567'680'000.0 : std::nan("");
}
}

namespace understudy::net {
namespace {

struct Heard : HttpObserver {
  std::map<RequestId, HttpHead> heads;
  std::map<RequestId, std::string> bodies;
  std::map<RequestId, Error> ends;
  std::map<RequestId, HttpTiming> timings;
  void on_head(RequestId id, const HttpHead& head) override { heads[id] = head; }
  void on_body(RequestId id, std::span<const std::uint8_t> bytes) override {
    bodies[id].append(bytes.begin(), bytes.end());
  }
  void on_done(RequestId id, const Error& error, const HttpTiming& timing) override {
    CHECK(ends.count(id) == 0);
    ends[id] = error;
    timings[id] = timing;
  }
};

class Page {
 public:
  Page() {
    started.clear();
    aborted.clear();
  }
  int request(std::uint64_t number, std::optional<std::pair<std::uint64_t, std::uint64_t>> range = {},
              std::uint64_t bound = 1000) {
    HttpRequest request;
    request.id = RequestId{number};
    request.url = "http://origin/" + std::to_string(number);
    request.headers = {{"If-None-Match", "\"7\""}, {"X-One", "1"}, {"X-Two", "a\r\nevil: yes"}};
    request.range = range;
    request.max_body_bytes = bound;
    client->start(request);
    poll(0);
    return started.empty() ? 0 : started.rbegin()->first;
  }
  void poll(std::int64_t ms) { client->poll(heard, Instant(from_ms(ms))); }
  static void head(int id, const std::string& lines) { understudy_on_fetch_head(id, lines.c_str(), "http://final/"); }
  static void body(int id, const std::string& text) {
    understudy_on_fetch_body(id, reinterpret_cast<const std::uint8_t*>(text.data()), static_cast<int>(text.size()));
  }
  static void done(int id) { understudy_on_fetch_done(id, 0, ""); }
  static void failed(int id) { understudy_on_fetch_done(id, 1, "Failed to fetch"); }

  HttpClientPtr client = make_fetch_client();
  Heard heard;
};

constexpr RequestId kOne{1};

TEST_CASE("a body streams through as it arrives, with the fields that the engine wants") {
  Page page;
  const int id = page.request(1);
  CHECK(started[id].headers == "X-One: 1\n");  // no preflight for polls, no line of somebody else's
  Page::head(id, "HTTP/1.1 200\ncontent-length: 6\netag: \"8\"\ncache-control: max-age=3\n");
  Page::body(id, "abc");
  CHECK(page.client->next_deadline() == Instant{});
  page.poll(10);
  CHECK(page.heard.heads[kOne].status == 200);
  CHECK(page.heard.heads[kOne].etag == "\"8\"");
  CHECK(page.heard.heads[kOne].final_url == "http://final/");
  CHECK(page.heard.bodies[kOne] == "abc");
  CHECK(page.heard.ends.empty());
  Page::body(id, "def");
  Page::done(id);
  page.poll(30);
  CHECK(page.heard.bodies[kOne] == "abcdef");
  CHECK(page.heard.ends[kOne].code == ErrorCode::none);
  CHECK(page.heard.timings[kOne].first_byte == from_ms(10));
  CHECK(page.heard.timings[kOne].total == from_ms(30));
  CHECK(aborted.empty());
}

TEST_CASE("where a request fails says what is told of it") {
  Page page;
  SECTION("before an answer") {
    const int id = page.request(1);
    Page::failed(id);
    page.poll(5);
    CHECK(page.heard.ends[kOne].code == ErrorCode::connect_failed);
  }
  SECTION("within an announced body") {
    const int id = page.request(1);
    Page::head(id, "HTTP/1.1 200\ncontent-length: 6\n");
    Page::body(id, "abc");
    Page::failed(id);
    page.poll(5);
    CHECK(page.heard.bodies[kOne] == "abc");
    CHECK(page.heard.ends[kOne].code == ErrorCode::body_truncated);
  }
  SECTION("within a body of unknown length") {
    const int id = page.request(1);
    Page::head(id, "HTTP/1.1 200\n");
    Page::failed(id);
    page.poll(5);
    CHECK(page.heard.ends[kOne].code == ErrorCode::connection_reset);
  }
  SECTION("a URL that is none") {
    HttpRequest request;
    request.id = kOne;
    request.url = "file:///etc/passwd";
    page.client->start(request);
    page.poll(0);
    CHECK(page.heard.ends[kOne].code == ErrorCode::bad_url);
    CHECK(started.empty());
  }
}

TEST_CASE("silence ends a request and aborts it in the browser") {
  Page page;
  const int id = page.request(1);
  SECTION("no answer: connect and first byte share one limit") {
    CHECK(page.client->next_deadline() == Instant(from_ms(6000)));
    page.poll(5999);
    CHECK(page.heard.ends.empty());
    page.poll(6000);
    CHECK(page.heard.ends[kOne].code == ErrorCode::first_byte_timeout);
  }
  SECTION("a body that stops: counted from its last byte") {
    Page::head(id, "HTTP/1.1 200\n");
    page.poll(1000);
    Page::body(id, "a");
    page.poll(3000);
    page.poll(6999);
    CHECK(page.heard.ends.empty());
    page.poll(7000);
    CHECK(page.heard.ends[kOne].code == ErrorCode::body_stalled);
  }
  CHECK(aborted.count(id) == 1);
  Page::body(id, "late");
  page.poll(8000);
  CHECK(page.heard.ends.size() == 1);
}

TEST_CASE("an asked-for range is cut out of a whole body") {
  Page page;
  const int id = page.request(1, std::pair<std::uint64_t, std::uint64_t>{2, 3});
  CHECK(started[id].first == 2);
  CHECK(started[id].last == 4);
  Page::head(id, "HTTP/1.1 200\ncontent-length: 100\n");
  Page::body(id, "abc");
  Page::body(id, "defg");
  page.poll(1);
  CHECK(page.heard.heads[kOne].content_length == 3u);
  CHECK(page.heard.bodies[kOne] == "cde");
  CHECK(page.heard.ends[kOne].code == ErrorCode::none);
  CHECK(aborted.count(id) == 1);  // the rest is not wanted
}

TEST_CASE("a body beyond its bound is refused, announced or not") {
  Page page;
  const int id = page.request(1, {}, 4);
  Page::head(id, GENERATE("HTTP/1.1 200\ncontent-length: 5\n", "HTTP/1.1 200\n"));
  Page::body(id, "abcde");
  page.poll(1);
  CHECK(page.heard.ends[kOne].code == ErrorCode::response_too_large);
  CHECK(page.heard.bodies[kOne].empty());
  CHECK(aborted.count(id) == 1);
}

TEST_CASE("nothing is reported of a cancelled request") {
  Page page;
  const int id = page.request(1);
  Page::head(id, "HTTP/1.1 200\n");
  page.client->cancel(kOne);
  CHECK(aborted.count(id) == 1);
  Page::body(id, "abc");
  Page::done(id);
  page.poll(1);
  CHECK(page.heard.heads.empty());
  CHECK(page.heard.ends.empty());
}

TEST_CASE("a body that outruns the engine by 32 MiB is given up") {
  Page page;
  const int id = page.request(1, {}, 1u << 30);
  Page::head(id, "HTTP/1.1 200\n");
  const std::string mebibyte(1u << 20, 'x');
  for (int i = 0; i < 34; ++i) Page::body(id, mebibyte);
  page.poll(1);
  CHECK(page.heard.ends[kOne].code == ErrorCode::connection_reset);
  CHECK(aborted.count(id) == 1);
}

TEST_CASE("Retry-After as a date counts against the answer's own Date") {
  Page page;
  const int id = page.request(1);
  Page::head(id, "HTTP/1.1 503\nretry-after: Wed, 21 Oct 2026 07:28:00 GMT\ndate: Wed, 21 Oct 2026 07:28:00 GMT\n");
  page.poll(1);
  CHECK(page.heard.heads[kOne].retry_after == Duration::zero());
}

}  // namespace
}  // namespace understudy::net
