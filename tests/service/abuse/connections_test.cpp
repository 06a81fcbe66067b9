// Connections that are meant to cost: slow, huge, many, half there, broken off. Each ends by the service's own
// deadlines (server-mock/README.md, Bounds), within its bounds of memory, and the good pollers notice nothing.
#include <poll.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "stage.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr double kHeaderDeadlineS = 10;
constexpr double kBodyDeadlineS = 20;
constexpr double kSlackS = 30;  // a busy machine; what matters is that there is an end
constexpr std::int64_t kBodiesKb = 32 << 10;
constexpr std::int64_t kOverheadKb = 48 << 10;  // connections, buffers, and what the allocator does not give back

struct Slow {
  std::unique_ptr<RawClient> wire;
  std::string answer;
  double ended_s = -1;
};

std::vector<Slow> open_many(std::uint16_t port, int count, const std::string& opening) {
  std::vector<Slow> all(static_cast<std::size_t>(count));
  for (Slow& one : all) {
    one.wire = std::make_unique<RawClient>(port);
    one.wire->send(opening);
  }
  return all;
}

/// Sends a byte on each open connection every 200 ms until all are closed, or the deadline.
void trickle(std::vector<Slow>& all, char byte, Clock::time_point begin, double deadline_s) {
  std::size_t open = all.size();
  while (open > 0 && std::chrono::duration<double>(Clock::now() - begin).count() < deadline_s) {
    open = 0;
    for (Slow& one : all) {
      if (one.ended_s >= 0) continue;
      one.wire->send(std::string(1, byte));
      if (one.wire->read(one.answer, 1) == WireEnd::still_open) {
        ++open;
      } else {
        one.ended_s = std::chrono::duration<double>(Clock::now() - begin).count();
      }
    }
    std::this_thread::sleep_for(milliseconds(200));
  }
}

void check_timed_out(const std::vector<Slow>& all, double not_before_s, double not_after_s) {
  int refused = 0;
  for (const Slow& one : all) {
    CHECK(one.ended_s >= not_before_s);
    CHECK(one.ended_s <= not_after_s);
    refused += one.answer.rfind("HTTP/1.1 408", 0) == 0;
  }
  CHECK(refused == static_cast<int>(all.size()));
}

void check_served(GoodPollers& good) {
  const auto served = good.finish();
  WARN("good pollers: " << served.answers << " answers, the slowest after " << served.slowest_ms << " ms");
  CHECK(served.failures == 0);
  CHECK(served.answers > 0);
}

}  // namespace

TEST_CASE("headers and bodies by the byte end by the deadlines for them") {
  Stage stage;
  const int descriptors = stage.descriptors();
  const std::int64_t rss = stage.rss();
  GoodPollers good(stage.port());
  const auto begin = Clock::now();
  auto headers = open_many(stage.port(), 200, "GET /playout/ch-a HTTP/1.1\r\nHost: test\r\nX: ");
  auto bodies = open_many(stage.port(), 100, request("POST /channels", "Content-Length: 100000\r\n", true));
  auto chunks = open_many(stage.port(), 60,  // with the others still within the bound of all bodies
                          request("POST /channels", "Transfer-Encoding: chunked\r\n", true) + "10000\r\n");
  std::thread body_thread([&] { trickle(bodies, ' ', begin, kBodyDeadlineS + kSlackS); });
  std::thread chunk_thread([&] { trickle(chunks, ' ', begin, kBodyDeadlineS + kSlackS); });
  trickle(headers, 'x', begin, kHeaderDeadlineS + kSlackS);
  body_thread.join();
  chunk_thread.join();
  check_served(good);
  check_timed_out(headers, kHeaderDeadlineS - 1, kHeaderDeadlineS + kSlackS);
  check_timed_out(bodies, kBodyDeadlineS - 1, kBodyDeadlineS + kSlackS);
  check_timed_out(chunks, kBodyDeadlineS - 1, kBodyDeadlineS + kSlackS);
  CHECK(stage.rss() - rss < kBodiesKb + kOverheadKb);
  CHECK(stage.wait_for_descriptors(descriptors, seconds(20)));
}

TEST_CASE("many large bodies at once share one bound of memory; who comes too late is told to come again") {
  Stage stage;
  const int descriptors = stage.descriptors();
  const std::int64_t rss = stage.rss();
  GoodPollers good(stage.port());
  std::vector<Slow> all;
  std::int64_t highest = rss;
  for (int i = 0; i < 400; ++i) {
    Slow one;
    one.wire = std::make_unique<RawClient>(stage.port());
    one.wire->send(request("POST /channels", "Content-Length: 262144\r\n") + std::string(200'000, ' '));
    all.push_back(std::move(one));
    highest = std::max(highest, stage.rss());
  }
  int refused = 0;
  for (Slow& one : all) {
    one.wire->read(one.answer, 1);
    refused += one.answer.rfind("HTTP/1.1 503", 0) == 0;
  }
  // 128 bodies of 256 KiB fill the bound; some of those who were let in may be over by their deadline meanwhile.
  CHECK(refused > 100);
  highest = std::max(highest, stage.rss());
  WARN("400 bodies of 256 KiB: " << refused << " refused with 503, RSS " << rss << " kB before, at most " << highest
                                 << " kB");
  CHECK(highest - rss < kBodiesKb + kOverheadKb);
  all.clear();
  check_served(good);
  CHECK(stage.wait_for_descriptors(descriptors, seconds(20)));
  Client client(stage.port());
  CHECK(client.call("PATCH", "/channels/ch-a", {{"metadata", {{"large", std::string(50'000, 'l')}}}}).status == 204);
}

TEST_CASE("pipelined requests are answered in order, and who does not read is not served without end") {
  Stage stage;
  const std::int64_t rss = stage.rss();
  std::string many;
  for (int i = 0; i < 500; ++i) many += request(i % 2 == 0 ? "GET /playout/ch-a" : "GET /playout/nobody");
  many += request("GET /healthz", "Connection: close\r\n");
  const Ending ending = send_raw(stage.port(), many);
  CHECK(ending.answers == 501);
  CHECK(ending.closed);
  const std::string start = ending.bytes.substr(0, 12);
  CHECK(start == "HTTP/1.1 200");
  CHECK(ending.bytes.find("\"ok\"") != std::string::npos);

  GoodPollers good(stage.port());
  std::string flood;
  while (flood.size() < 2 << 20) flood += many;
  std::vector<std::unique_ptr<RawClient>> deaf;
  for (int i = 0; i < 50; ++i) {
    deaf.push_back(std::make_unique<RawClient>(stage.port()));
    // Until both directions are full; the rest stays with the sender.
    const timeval limit{0, 100'000};
    deaf.back()->set_send_timeout(limit);
    deaf.back()->send(flood);
  }
  std::this_thread::sleep_for(seconds(1));
  CHECK(stage.rss() - rss < 16 << 10);
  check_served(good);
}

TEST_CASE("connections that are broken off or half closed leave nothing behind") {
  Stage stage;
  const int descriptors = stage.descriptors();
  const std::int64_t rss = stage.rss();
  GoodPollers good(stage.port());
  const std::vector<std::string> beginnings = {
      "",
      "GET /playout",
      request("GET /playout/ch-a"),
      request("POST /channels", "Content-Length: 1000\r\n", true) + "{",
      request("GET /playout/ch-a") + request("GET /playout/ch-a") + "GET",
  };
  for (int i = 0; i < 2000; ++i) {
    RawClient wire(stage.port());
    wire.send(beginnings[static_cast<std::size_t>(i) % beginnings.size()]);
    if (i % 2 == 0) wire.reset_on_close();
  }
  for (std::size_t i = 0; i < beginnings.size(); ++i) {
    INFO(i);
    RawClient wire(stage.port());
    wire.send(beginnings[i]);
    wire.end_of_requests();
    std::string out;
    CHECK(wire.read(out) != WireEnd::still_open);
    if (i == 2) CHECK(out.rfind("HTTP/1.1 200", 0) == 0);
  }
  check_served(good);
  CHECK(stage.wait_for_descriptors(descriptors, seconds(20)));
  CHECK(stage.rss() - rss < 16 << 10);
}

// Takes a minute, and nothing that is done meanwhile makes it shorter: for the nightly run.
TEST_CASE("a connection that says nothing is closed after a minute", "[.minute]") {
  Stage stage;
  const auto begin = Clock::now();
  RawClient silent(stage.port());
  RawClient quiet(stage.port());
  quiet.send(request("GET /healthz"));
  CHECK_FALSE(quiet.read_response().empty());
  for (RawClient* wire : {&silent, &quiet}) {
    std::string out;
    CHECK(wire->read(out, 90'000) == WireEnd::closed);
    CHECK(out.empty());
    CHECK(std::chrono::duration<double>(Clock::now() - begin).count() > 55);
  }
}

}  // namespace understudy::test
