// The HTTP server under both halves of understudy-server: Boost.Beast's parser over Asio coroutines, one thread.
// A handler answers with a Response; how its bytes reach the wire is the Delivery, so that faults are real: a held
// connection is held, a reset is a TCP RST, a truncated body ends before its Content-Length.
#pragma once

// Asio 1.74 uses std::exchange without including it: <utility> has to come first.
// clang-format off
#include <utility>
#include <boost/asio/awaitable.hpp>
// clang-format on
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace understudy::server {

struct Request {
  std::string method;
  std::string path;   // percent-decoded, without the query; always starts with '/'
  std::string query;  // raw, without '?'
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& lower_case_name) const;  // empty: absent
};

/// How a response is put on the wire. Default: whole and at once.
struct Delivery {
  enum class Kind {
    normal,
    hold,              // accept, read the request, never answer
    reset,             // `after_bytes` of the body, then a TCP reset
    truncate,          // `after_bytes` of the body, then an orderly close before Content-Length is reached
    trickle,           // the body at `bytes_per_second`
    slow_first_byte,   // nothing for `delay`, then whole
  } kind = Kind::normal;
  std::uint64_t after_bytes = 0;
  std::uint64_t bytes_per_second = 0;
  std::chrono::milliseconds delay{0};
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;  // null: empty; shared so that a live segment is never copied per viewer
  Delivery delivery;
};

using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

struct ServerLimits {
  std::size_t max_header_bytes = 16u << 10;
  std::size_t max_body_bytes = 1u << 20;
  std::chrono::seconds header_deadline{10};
  std::chrono::seconds idle_deadline{60};
  std::size_t max_connections = 20'000;
};

/// One listening socket. Runs on the io_context's thread; stop() (or destruction) closes listener and connections.
class HttpServer {
 public:
  HttpServer(boost::asio::io_context& io, Handler handler, ServerLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and listens; port 0 picks one. Returns the port. Throws boost::system::system_error where it can't bind.
  std::uint16_t listen(const std::string& address, std::uint16_t port);
  /// Closes the listener (new connections are refused by the kernel) and resets the open connections: the `refuse` fault.
  void refuse();
  /// Listens again on the same port.
  void resume();
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::server
