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

#include "http/exchange.h"

namespace understudy::server {

using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

/// What one client, and all of them together, can make the server hold. Beyond it a request is refused with the status
/// that says so and the connection is closed; beyond max_connections a new one is closed at once.
struct ServerLimits {
  std::size_t max_target_bytes = 4u << 10;   // 414
  std::size_t max_header_bytes = 16u << 10;  // request line included; 431
  std::size_t max_body_bytes = 256u << 10;   // 413
  std::size_t max_bodies_bytes = 32u << 20;  // of all bodies that are being received, as announced; 503
  std::chrono::seconds header_deadline{10};  // from the first byte to the empty line; 408
  std::chrono::seconds body_deadline{20};    // from the empty line to the last byte; 408
  std::chrono::seconds idle_deadline{60};    // between requests, and for a client to take 256 KiB of an answer; closed
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
  /// Closes the listener (new connections are refused by the kernel) and resets the open connections: the `refuse`
  /// fault.
  void refuse();
  /// Listens again on the same port.
  void resume();
  void stop();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace understudy::server
