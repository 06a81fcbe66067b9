#include "recorder.h"
#include "support/raw_server.h"

using namespace understudy;
using namespace understudy::test;

TEST_CASE("a refused connection is a failed connect") {
  const int listener = RawServer::listen_on_loopback(1);
  const int port = RawServer::port_of(listener);
  ::close(listener);
  ClientUnderTest client;
  CHECK(client.finish(client.get("http://127.0.0.1:" + std::to_string(port) + "/")).done->code ==
        ErrorCode::connect_failed);
}

TEST_CASE("a host without an address is not resolved") {
  ClientUnderTest client;
  CHECK(client.finish(client.get("http://nowhere.invalid/")).done->code == ErrorCode::resolve_failed);
}

TEST_CASE("a connection that is never accepted times out as connect") {
  const int listener =
      RawServer::listen_on_loopback(0);  // its queue is full after a connection or two; further SYNs are dropped
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(RawServer::port_of(listener)));
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    (void)::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  ClientUnderTest client;
  const auto id = client.get("http://127.0.0.1:" + std::to_string(RawServer::port_of(listener)) + "/");
  client.advance(Duration::zero());
  CHECK(client.http->next_deadline() == client.now + from_ms(2000));
  client.advance(from_ms(1999));
  CHECK_FALSE(client.answer(id).done);
  client.advance(from_ms(1));
  REQUIRE(client.answer(id).done);
  CHECK(client.answer(id).done->code == ErrorCode::connect_timeout);
  for (const int fd : fillers) ::close(fd);
  ::close(listener);
}

TEST_CASE("a server that accepts and never answers times out as first byte") {
  Gate asked;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    asked.open();
    c.hold();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url());
  client.run_until([&] { return asked.is_open(); });
  client.advance(from_ms(3999));
  CHECK_FALSE(client.answer(id).done);
  client.advance(from_ms(1));
  REQUIRE(client.answer(id).done);
  CHECK(client.answer(id).done->code == ErrorCode::first_byte_timeout);
  CHECK_FALSE(client.http->next_deadline());
}

TEST_CASE("a body that falls silent has stalled, one that trickles has not") {
  Gate second;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\na");
    second.wait();
    c.send("b");
    c.hold();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url());
  client.run_until([&] { return client.answer(id).body == "a"; });
  client.advance(from_ms(3000));
  second.open();
  client.run_until([&] { return client.answer(id).body == "ab"; });
  client.advance(from_ms(3999));
  CHECK_FALSE(client.answer(id).done);
  client.advance(from_ms(1));
  REQUIRE(client.answer(id).done);
  CHECK(client.answer(id).done->code == ErrorCode::body_stalled);
}

TEST_CASE("a connection that ends before the announced length is a truncated body") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::body_truncated);
  CHECK(answer.body == "abc");
}

TEST_CASE("a chunked body without its last chunk is truncated") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  });
  ClientUnderTest client;
  CHECK(client.finish(client.get(server.url())).done->code == ErrorCode::body_truncated);
}

TEST_CASE("a reset inside the body is a reset") {
  Gate reset;
  RawServer server([&](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    reset.wait();
    c.reset();
  });
  ClientUnderTest client;
  const auto id = client.get(server.url());
  client.run_until([&] { return client.answer(id).body == "abc"; });
  reset.open();
  CHECK(client.finish(id).done->code == ErrorCode::connection_reset);
}

TEST_CASE("a reset instead of an answer is a reset") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.reset();
  });
  ClientUnderTest client;
  CHECK(client.finish(client.get(server.url())).done->code == ErrorCode::connection_reset);
}

TEST_CASE("a server that does not speak TLS fails the TLS handshake") {
  RawServer server([](RawConnection& c) {
    c.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    c.wait_for_close();
  });
  ClientUnderTest client;
  CHECK(client.finish(client.get("https://127.0.0.1:" + std::to_string(server.port()) + "/")).done->code ==
        ErrorCode::tls_failed);
}

TEST_CASE("a connection that ends within the header is a truncated answer, not an empty one") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::body_truncated);
  CHECK_FALSE(answer.head);
}

TEST_CASE("a body behind a status line that is no answer is a typed error") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("HTTP/1.1 13\xb0.2 Fou\nLocation:HTTP/1.1 100 Continue\r\n\r\nbody");
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::transport_failed);
  CHECK_FALSE(answer.head);
  CHECK(answer.body.empty());
}

TEST_CASE("garbage instead of HTTP is a typed error") {
  RawServer server([](RawConnection& c) {
    c.read_request();
    c.send("\x16\x03\x01 what?\r\n\r\n");
  });
  ClientUnderTest client;
  const Answer& answer = client.finish(client.get(server.url()));
  CHECK(answer.done->code == ErrorCode::transport_failed);
}
