#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "http/message.h"
#include "http/server.h"
#include "support/catch.h"
#include "unit/server/raw_client.h"

namespace understudy::server {
namespace {

using test::body_of;
using test::RawClient;
using test::WireEnd;

std::shared_ptr<const std::string> text(std::string s) { return std::make_shared<const std::string>(std::move(s)); }

Response respond(const Request& r) {
  if (r.path == "/throw") throw std::runtime_error("no");
  Response out;
  out.headers.emplace_back("X-Evil", "a\r\nInjected: yes");
  out.body = text(r.method + " " + r.path + "?" + r.query + " " + r.header("x-test") + " " + r.body);
  if (r.path == "/hold") out.delivery.kind = Delivery::Kind::hold;
  if (r.path == "/reset") out.delivery = {Delivery::Kind::reset, 1000, 0, {}};
  if (r.path == "/truncate") out.delivery = {Delivery::Kind::truncate, 1000, 0, {}};
  if (r.path == "/trickle") out.delivery = {Delivery::Kind::trickle, 0, 20'000, {}};
  if (r.path == "/slow") out.delivery = {Delivery::Kind::slow_first_byte, 0, 0, std::chrono::milliseconds(300)};
  if (r.path == "/reset" || r.path == "/truncate" || r.path == "/trickle") out.body = text(std::string(10'000, 'x'));
  if (r.path == "/large") out.body = text(std::string(3'000'000, 'y'));
  if (r.path == "/empty") out = Response{204, {}, nullptr, {}};
  return out;
}

boost::asio::awaitable<Response> handle(Request r) { co_return respond(r); }

// A server on its own thread; calls into it are posted there, as its contract asks.
struct Running {
  explicit Running(ServerLimits limits = {}) : server(io, handle, limits), port(server.listen("127.0.0.1", 0)) {
    thread = std::thread([this] { io.run(); });
  }
  ~Running() {
    boost::asio::post(io, [this] {
      server.stop();
      guard.reset();
    });
    thread.join();
  }
  void on_server(std::function<void()> f) {
    std::promise<void> done;
    boost::asio::post(io, [&] {
      f();
      done.set_value();
    });
    done.get_future().wait();
  }
  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{io.get_executor()};
  HttpServer server;
  std::uint16_t port;
  std::thread thread;
};

std::string request(const std::string& line, const std::string& fields = "") {
  return line + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("a request target is decoded, and a malformed one refused", "[http]") {
  CHECK(parse_target("/a%20b/c?x=%20")->path == "/a b/c");
  CHECK(parse_target("/a%20b/c?x=%20")->query == "x=%20");
  CHECK(parse_target("http://host:1/p?q")->path == "/p");
  CHECK(parse_target("http://host")->path == "/");
  for (const char* bad : {"", "x", "/%", "/%4", "/%zz", "/%00", "/a%2fb", "/a%2Fb"}) CHECK_FALSE(parse_target(bad));
  CHECK_FALSE(parse_target(std::string_view("/a\0b", 4)));
}

TEST_CASE("one connection carries several requests, pipelined too", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("GET /one?a=b", "X-Test: hello\r\n"));
  CHECK(body_of(c.read_response()) == "GET /one?a=b hello ");
  c.send("POST /two HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" + request("GET /three"));
  CHECK(body_of(c.read_response()).substr(0, 9) == "POST /two");
}

TEST_CASE("Connection: close and HTTP/1.0 end the connection after the answer", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send("GET /x HTTP/1.0\r\n\r\n");
  std::string out;
  CHECK(c.read(out) == WireEnd::closed);
  CHECK(out.find("Connection: close") != std::string::npos);
}

TEST_CASE("a HEAD answer names the length and carries no body", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("HEAD /large", "Connection: close\r\n"));
  std::string out;
  CHECK(c.read(out) == WireEnd::closed);
  CHECK(out.find("Content-Length: 3000000\r\n") != std::string::npos);
  CHECK(body_of(out).empty());
}

TEST_CASE("a large body arrives whole and a 204 has no length", "[http]") {
  Running s;
  CHECK(body_of(test::get(s.port, "/large")) == std::string(3'000'000, 'y'));
  CHECK(test::get(s.port, "/empty").find("Content-Length") == std::string::npos);
}

TEST_CASE("header values cannot add fields", "[http]") {
  Running s;
  CHECK(test::get(s.port, "/").find("\r\nInjected:") == std::string::npos);
}

TEST_CASE("a handler that throws is a 500 of that request only", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("GET /throw"));
  CHECK(c.read_response().substr(9, 3) == "500");
  c.send(request("GET /fine"));
  CHECK(c.read_response().substr(9, 3) == "200");
}

TEST_CASE("oversized, late and malformed requests are refused with their status", "[http]") {
  ServerLimits limits;
  limits.max_header_bytes = 2000;
  limits.max_body_bytes = 100;
  limits.header_deadline = std::chrono::seconds(1);
  Running s(limits);
  const auto status = [&](const std::string& bytes) {
    RawClient c(s.port);
    c.send(bytes);
    std::string out;
    CHECK(c.read(out) == WireEnd::closed);
    return out.substr(0, 12);
  };
  CHECK(status(request("GET /", "X: " + std::string(3000, 'a') + "\r\n")) == "HTTP/1.1 431");
  CHECK(status("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n") == "HTTP/1.1 413");
  CHECK(status("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n80\r\n" + std::string(128, 'b') +
               "\r\n0\r\n\r\n") == "HTTP/1.1 413");
  CHECK(status("GET / HTTP/1.1\r\nHost:") == "HTTP/1.1 408");
  CHECK(status("nonsense\r\n\r\n") == "HTTP/1.1 400");
  CHECK(status(request("GET /%zz")) == "HTTP/1.1 400");
}

TEST_CASE("a request that another server could understand otherwise is refused, and the connection with it", "[http]") {
  Running s;
  const auto status = [&](const std::string& bytes) {
    RawClient c(s.port);
    c.send(bytes);
    std::string out;
    CHECK(c.read(out) == WireEnd::closed);
    CHECK(out.find("HTTP/1.1", 1) == std::string::npos);  // one answer, whatever follows
    return out.substr(9, 3);
  };
  const std::string smuggled = request("GET /smuggled");
  CHECK(status("GET / HTTP/1.1\r\n\r\n") == "400");
  CHECK(status(request("GET /", "Host: y\r\n")) == "400");
  CHECK(status(request("POST /", "Content-Length: 1\r\nContent-Length: 2\r\n") + smuggled) == "400");
  CHECK(status(request("POST /", "Content-Length: -1\r\n") + smuggled) == "400");
  CHECK(status(request("POST /", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + smuggled) ==
        "400");
  CHECK(status(request("POST /", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + "0\r\n\r\n" + smuggled) ==
        "400");
  CHECK(status(request("POST /", "Transfer-Encoding: xchunked\r\n") + smuggled) == "501");
  CHECK(status(request("POST /", "Transfer-Encoding: chunked, gzip\r\n") + smuggled) == "501");
  CHECK(status("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled) == "501");
  CHECK(status(request("POST /", "Transfer-Encoding: chunked\r\n") + "zz\r\n" + smuggled) == "400");
}

TEST_CASE("a target that is too long is told from header fields that are too many", "[http]") {
  ServerLimits limits;
  limits.max_header_bytes = 4000;
  limits.max_target_bytes = 1000;
  Running s(limits);
  const auto status = [&](std::size_t length) {
    return test::get(s.port, "/" + std::string(length, 'a')).substr(9, 3);
  };
  CHECK(status(900) == "200");
  CHECK(status(1000) == "414");
  CHECK(status(10'000) == "414");
}

TEST_CASE("bodies that are being received share one bound, and give back what they took", "[http]") {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  limits.max_bodies_bytes = 1500;
  Running s(limits);
  const std::string announced = "POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n";
  RawClient first(s.port);
  first.send(announced);
  std::string out;
  first.read(out, 5000, 25);
  CHECK(out == "HTTP/1.1 100 Continue\r\n\r\n");  // its memory is taken
  RawClient second(s.port);
  second.send(announced);
  out.clear();
  CHECK(second.read(out) == WireEnd::closed);
  CHECK(out.substr(9, 3) == "503");
  CHECK(out.find("Retry-After: ") != std::string::npos);
  first.send(std::string(1000, 'b'));
  CHECK(first.read_response().substr(9, 3) == "200");
  RawClient third(s.port);
  third.send(announced + std::string(1000, 'c'));
  out.clear();
  third.read(out, 5000, 40);
  CHECK(out.find("200 OK") != std::string::npos);
}

TEST_CASE("a body that comes too slowly is refused when its time is over", "[http]") {
  ServerLimits limits;
  limits.body_deadline = std::chrono::seconds(1);
  Running s(limits);
  RawClient c(s.port);
  c.send("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  std::string out;
  CHECK(c.read(out) == WireEnd::closed);
  CHECK(out.substr(9, 3) == "408");
}

TEST_CASE("an expected 100-continue is given", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send("POST /p HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  std::string out;
  c.read(out, 5000, 25);
  CHECK(out == "HTTP/1.1 100 Continue\r\n\r\n");
  c.send("hi");
  CHECK(c.read_response().substr(9, 3) == "200");
}

TEST_CASE("a held request is never answered", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("GET /hold"));
  std::string out;
  CHECK(c.read(out, 300) == WireEnd::still_open);
  CHECK(out.empty());
}

TEST_CASE("a reset is a TCP reset after the announced part of the body", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("GET /reset"));
  std::string out;
  CHECK(c.read(out) == WireEnd::reset);
  CHECK(out.find("Content-Length: 10000\r\n") != std::string::npos);
  CHECK(body_of(out).size() == 1000);
}

TEST_CASE("a truncated body ends with an orderly close", "[http]") {
  Running s;
  RawClient c(s.port);
  c.send(request("GET /truncate"));
  std::string out;
  CHECK(c.read(out) == WireEnd::closed);
  CHECK(out.find("Content-Length: 10000\r\n") != std::string::npos);
  CHECK(body_of(out).size() == 1000);
}

TEST_CASE("a trickled body comes at its rate", "[http]") {
  Running s;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(body_of(test::get(s.port, "/trickle")).size() == 10'000);
  CHECK(seconds_since(begin) > 0.4);
}

TEST_CASE("a slow first byte is late and then whole", "[http]") {
  Running s;
  const auto begin = std::chrono::steady_clock::now();
  CHECK(test::get(s.port, "/slow").substr(9, 3) == "200");
  CHECK(seconds_since(begin) > 0.29);
}

TEST_CASE("refuse closes what is open and refuses what comes, until resume", "[http]") {
  Running s;
  RawClient open(s.port);
  open.send(request("GET /hold"));
  std::string out;
  CHECK(open.read(out, 100) == WireEnd::still_open);
  s.on_server([&] { s.server.refuse(); });
  CHECK(open.read(out) == WireEnd::reset);
  CHECK(RawClient(s.port).connect_errno() == ECONNREFUSED);
  s.on_server([&] { s.server.resume(); });
  CHECK(test::get(s.port, "/back").substr(9, 3) == "200");
}

TEST_CASE("connections beyond the limit are closed at once", "[http]") {
  ServerLimits limits;
  limits.max_connections = 1;
  Running s(limits);
  RawClient first(s.port);
  first.send(request("GET /one"));
  CHECK(first.read_response().substr(9, 3) == "200");
  RawClient second(s.port);
  std::string out;
  CHECK(second.read(out) == WireEnd::closed);
}

}  // namespace understudy::server
