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
