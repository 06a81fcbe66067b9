#include "recorder.h"
#include "support/raw_server.h"

using namespace understudy;
using namespace understudy::test;

TEST_CASE("an announced length beyond the bound ends the request before its body") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc");
    c.wait_for_close();
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.max_body_bytes = 999;
  const Answer& answer = client.finish(client.get(server.url(), request));
  CHECK(answer.done->code == ErrorCode::response_too_large);
  CHECK(answer.body.empty());
}

TEST_CASE("an endless body is cut at its bound") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 4096; ++i) c.send(std::string(1024, 'x'));
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.max_body_bytes = 300'000;
  const Answer& answer = client.finish(client.get(server.url(), request));
  CHECK(answer.done->code == ErrorCode::response_too_large);
  CHECK(answer.body.size() <= 300'000);
}

TEST_CASE("an endless header block is cut") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < 4096; ++i) c.send("X-Filler: " + std::string(1000, 'x') + "\r\n");
  });
  ClientUnderTest client;
  CHECK(client.finish(client.get(server.url())).done->code == ErrorCode::response_too_large);
}

TEST_CASE("nothing is reported of a cancelled request, and its connection is closed") {
  Gate closed;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    c.wait_for_close();
    closed.open();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url());
  client.run_until([&] { return client.answer(id).body == "abc"; });
  client.http->cancel(id);
  closed.wait();
  client.advance(from_ms(10'000));
  CHECK_FALSE(client.answer(id).done);
}

TEST_CASE("a request can be cancelled from within its own callback") {
  Gate closed;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    c.wait_for_close();
    closed.open();
  });
  ClientUnderTest client;
  client.recorder.cancel_on_body = client.http.get();
  const auto id = client.get(server.url());
  client.run_until([&] { return closed.is_open(); });
  CHECK(client.answer(id).body_calls == 1);
  CHECK_FALSE(client.answer(id).done);
}

TEST_CASE("six requests to a host run at once and the seventh waits without its time running") {
  std::atomic<int> asked{0};
  Gate first_may_go;
  RawServer server([&](RawConnection& c) {
    while (!c.read_request().empty()) {
      ++asked;
      if (c.number() == 0) first_may_go.wait();
      if (c.number() != 0) c.hold();
      c.answer("x");
    }
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.timeouts = {from_ms(60'000), from_ms(60'000), from_ms(60'000)};
  for (int i = 0; i < 6; ++i) client.get(server.url(), request);
  const auto seventh = client.get(server.url());
  client.run_until([&] { return asked == 6; });
  client.advance(from_ms(30'000));
  CHECK(server.connections() == 6);
  CHECK_FALSE(client.answer(seventh).done);
  first_may_go.open();
  CHECK(client.finish(seventh).body == "x");
  CHECK(client.answer(seventh).timing.reused_connection);
}

TEST_CASE("a request beyond the queue's bound fails at once") {
  RawServer server([](RawConnection& c) { c.hold(); });
  ClientUnderTest client;
  RequestId last{};
  for (int i = 0; i < 257; ++i) last = client.get(server.url());
  CHECK(client.finish(last).done->code == ErrorCode::limit_exceeded);
}

TEST_CASE("another thread can end a wait") {
  ClientUnderTest client;
  std::thread waker([&] { client.http->wake(); });
  client.http->wait(std::chrono::minutes(1));  // hangs for a minute where the wake is lost
  waker.join();
  SUCCEED();
}

TEST_CASE("waiting with a started request returns at once so that it gets its first poll") {
  RawServer server([](RawConnection& c) { c.hold(); });
  ClientUnderTest client;
  client.get(server.url());
  client.http->wait(std::chrono::minutes(1));
  SUCCEED();
}
