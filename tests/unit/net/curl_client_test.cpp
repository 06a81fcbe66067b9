#include "recorder.h"
#include "support/raw_server.h"

using namespace understudy;
using namespace understudy::test;

TEST_CASE("an answer arrives as head, body and done") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("hello", "ETag: \"1\"\r\nCache-Control: max-age=2\r\n");
    c.wait_for_close();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url("/a"));
  const Answer& answer = client.finish(id);
  CHECK(answer.done->code == ErrorCode::none);
  CHECK(answer.head->status == 200);
  CHECK(answer.head->etag == "\"1\"");
  CHECK(answer.head->max_age == from_ms(2000));
  CHECK(answer.head->final_url == server.url("/a"));
  CHECK(answer.body == "hello");
  CHECK(answer.timing.body_bytes == 5);
  CHECK_FALSE(answer.timing.reused_connection);
}

TEST_CASE("a second request reuses the connection") {
  RawServer server([](RawConnection& c) {
    while (!c.read_request().empty()) c.answer("x");
  });
  ClientUnderTest client;
  client.finish(client.get(server.url()));
  const Answer& second = client.finish(client.get(server.url()));
  CHECK(second.timing.reused_connection);
  CHECK(second.timing.connect == Duration::zero());
  CHECK(server.connections() == 1);
}

TEST_CASE("an error status is a head with a body like any other") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("gone", "Retry-After: 7\r\n", "404 Not Found");
    c.wait_for_close();
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::none);
  CHECK(answer.head->status == 404);
  CHECK(answer.head->retry_after == from_ms(7000));
  CHECK(answer.body == "gone");
}

TEST_CASE("body bytes are handed on before the body is complete") {
  Gate rest;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    rest.wait();
    c.send("def");
    c.wait_for_close();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url());
  client.run_until([&] { return client.answer(id).body == "abc"; });
  CHECK_FALSE(client.answer(id).done);
  rest.open();
  CHECK(client.finish(id).body == "abcdef");
}

TEST_CASE("requested fields and the range are sent") {
  std::string seen;
  RawServer server([&](RawConnection& c) {
    seen = c.read_request();
    c.answer("345", "Content-Range: bytes 3-5/9\r\n", "206 Partial Content");
    c.wait_for_close();
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.range = {3, 3};
  request.headers = {{"If-None-Match", "\"r1\""}, {"X-Bad", "a\r\nEvil: 1"}};
  const Answer& answer = client.finish(client.get(server.url(), request));
  CHECK(answer.body == "345");
  CHECK(answer.head->status == 206);
  CHECK(seen.find("Range: bytes=3-5\r\n") != std::string::npos);
  CHECK(seen.find("If-None-Match: \"r1\"\r\n") != std::string::npos);
  CHECK(seen.find("Evil") == std::string::npos);
}

TEST_CASE("where a server ignores the range, it is cut out of the whole body") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("0123456789");
    c.wait_for_close();
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.range = {3, 4};
  const Answer& answer = client.finish(client.get(server.url(), request));
  CHECK(answer.done->code == ErrorCode::none);
  CHECK(answer.body == "3456");
  CHECK(answer.head->content_length == 4u);
}

TEST_CASE("another range than the asked-for one is refused") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("0123", "Content-Range: bytes 0-3/9\r\n", "206 Partial Content");
    c.wait_for_close();
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.range = {3, 4};
  const Answer& answer = client.finish(client.get(server.url(), request));
  CHECK(answer.done->code == ErrorCode::transport_failed);
  CHECK(answer.body.empty());
}

TEST_CASE("redirects are followed and the final URL is told") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("", "Location: /there\r\n", "302 Found");
    c.read_request();
    c.answer("made it");
    c.wait_for_close();
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url("/here")));
  CHECK(answer.body == "made it");
  CHECK(answer.head->status == 200);
  CHECK(answer.head->final_url == server.url("/there"));
}

TEST_CASE("a redirect loop ends after five hops") {
  std::atomic<int> requests{0};
  RawServer server([&](RawConnection& c) {
    while (!c.read_request().empty()) {
      ++requests;
      c.answer("", "Location: /again\r\n", "302 Found");
    }
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::too_many_redirects);
  CHECK_FALSE(answer.head);
  CHECK(requests == 6);
}

TEST_CASE("a redirect to another scheme is refused") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.answer("", "Location: file:///etc/passwd\r\n", "302 Found");
    c.wait_for_close();
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::bad_url);
  CHECK(answer.body.empty());
}

TEST_CASE("only http and https URLs are opened") {
  ClientUnderTest client;
  for (const char* url :
       {"file:///etc/passwd", "ftp://localhost/x", "example.com/x", "http://", "", "nonsense", "gopher://h/"}) {
    const Answer& answer = client.finish(client.get(url));
    INFO(url);
    CHECK(answer.done->code == ErrorCode::bad_url);
  }
}

TEST_CASE("a gzip body is decoded where the caller asked for it") {
  std::string seen;
  // "hello" as one stored deflate block in a gzip member
  const std::string body(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x05\x00\xfa\xff\x68\x65\x6c\x6c\x6f\x86\xa6\x10\x36\x05\x00\x00"
      "\x00",
      28);
  RawServer server([&](RawConnection& c) {
    seen = c.read_request();
    c.answer(body, "Content-Encoding: gzip\r\n");
    c.wait_for_close();
  });
  ClientUnderTest client;
  net::HttpRequest request;
  request.headers = {{"Accept-Encoding", "gzip"}};
  CHECK(client.finish(client.get(server.url(), request)).body == "hello");
  CHECK(seen.find("Accept-Encoding: gzip\r\n") != std::string::npos);
}
