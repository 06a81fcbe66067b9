#include "http/server.h"

#include <linux/sockios.h>
#include <malloc.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <set>

#include "http/message.h"

// GCC 12 takes Asio's pair of coroutine frame allocators for mismatched once it has inlined one of them.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace understudy::server {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kWritePiece = 256u << 10;  // a deadline applies to each piece, so a slow viewer may be slow
constexpr std::chrono::milliseconds kTrickleTick{50};
constexpr std::chrono::seconds kDrainLimit{2};  // what an orderly close waits for the peer's own
constexpr std::chrono::milliseconds kOutQueuePoll{5};
constexpr int kOutQueuePolls = 400;   // 2 s: how long a reset waits for its bytes to be delivered
constexpr std::size_t kCrowd = 1024;  // connections whose memory is worth giving back when most of them have left
constexpr std::size_t kIdleBufferBytes = 2u << 10;  // what a connection keeps between requests: a poll fits

/// One accepted socket with the two timers that its coroutine waits on. Asio 1.74 has no cancellation slots: a deadline
/// cancels the socket's operations, and the generation tells a late timer from the one that counts.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  explicit Connection(tcp::socket s)
      : socket(std::move(s)), pause_timer(socket.get_executor()), deadline_(socket.get_executor()) {}

  void arm(std::chrono::steady_clock::duration limit) {
    timed_out = false;
    const std::uint64_t mine = ++generation_;
    deadline_.expires_after(limit);
    deadline_.async_wait([self = weak_from_this(), mine](error_code ec) {
      const auto connection = self.lock();
      if (ec || !connection || connection->generation_ != mine) return;
      connection->timed_out = true;
      error_code ignored;
      connection->socket.cancel(ignored);
    });
  }
  void disarm() {
    ++generation_;
    deadline_.cancel();
  }
  void close(bool reset) {
    closed = true;
    disarm();
    pause_timer.cancel();
    error_code ignored;
    if (reset) socket.set_option(asio::socket_base::linger(true, 0), ignored);
    socket.close(ignored);
  }

  tcp::socket socket;
  asio::steady_timer pause_timer;
  bool timed_out = false;
  bool closed = false;

 private:
  asio::steady_timer deadline_;
  std::uint64_t generation_ = 0;
};

using ConnectionPtr = std::shared_ptr<Connection>;

asio::awaitable<void> pause(Connection& c, std::chrono::steady_clock::duration d) {
  if (c.closed) co_return;
  error_code ec;
  c.pause_timer.expires_after(d);
  co_await c.pause_timer.async_wait(asio::redirect_error(asio::use_awaitable, ec));
}

asio::awaitable<bool> send(Connection& c, std::string_view bytes, std::chrono::seconds deadline) {
  while (!bytes.empty()) {
    const std::size_t n = std::min(bytes.size(), kWritePiece);
    error_code ec;
    c.arm(deadline);
    co_await asio::async_write(c.socket, asio::buffer(bytes.data(), n), asio::redirect_error(asio::use_awaitable, ec));
    c.disarm();
    if (ec) co_return false;
    bytes.remove_prefix(n);
  }
  co_return true;
}

/// Reads and drops what the peer sends until it closes, an error, or the limit (none: for ever).
asio::awaitable<void> drain(Connection& c, std::optional<std::chrono::seconds> limit) {
  std::array<char, 4096> scratch;
  error_code ec;
  if (limit) c.arm(*limit);
  while (!ec) {
    co_await c.socket.async_read_some(asio::buffer(scratch), asio::redirect_error(asio::use_awaitable, ec));
  }
  c.disarm();
}

/// FIN first, then wait for the peer: closing with unread bytes would send a RST that can overtake the response.
asio::awaitable<void> close_orderly(Connection& c) {
  error_code ignored;
  c.socket.shutdown(tcp::socket::shutdown_send, ignored);
  co_await drain(c, kDrainLimit);
  c.close(false);
}

/// A reset throws away what the kernel still holds, so it waits until the peer has acknowledged all that was to arrive.
asio::awaitable<void> reset_after_delivery(Connection& c) {
  for (int i = 0; i < kOutQueuePolls && !c.closed; ++i) {
    int unsent = 0;
    if (::ioctl(c.socket.native_handle(), SIOCOUTQ, &unsent) != 0 || unsent == 0) break;
    co_await pause(c, kOutQueuePoll);
  }
  c.close(true);
}

asio::awaitable<bool> send_trickling(Connection& c, std::string_view body, std::uint64_t rate,
                                     std::chrono::seconds deadline) {
  if (rate == 0) {
    co_await drain(c, std::nullopt);
    co_return false;
  }
  const auto begin = std::chrono::steady_clock::now();
  std::uint64_t sent = 0;
  while (sent < body.size() && !c.closed) {
    co_await pause(c, kTrickleTick);
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto due =
        std::min<std::uint64_t>(body.size(), static_cast<std::uint64_t>(elapsed * static_cast<double>(rate)));
    if (due <= sent) continue;
    if (!co_await send(c, body.substr(sent, due - sent), deadline)) co_return false;
    sent = due;
  }
  co_return !c.closed;
}

asio::awaitable<bool> deliver_partly(Connection& c, std::string head, std::string_view body, Delivery how,
                                     std::chrono::seconds deadline) {
  head += body.substr(0, std::min<std::uint64_t>(how.after_bytes, body.size()));
  const bool sent = co_await send(c, head, deadline);
  if (!sent) co_return false;
  if (how.kind == Delivery::Kind::reset) {
    co_await reset_after_delivery(c);
  } else {
    co_await close_orderly(c);
  }
  co_return false;
}

/// Puts one response on the wire. Returns whether the connection can carry another request. (No switch: GCC 12
/// miscompiles a co_await inside one.)
asio::awaitable<bool> deliver(Connection& c, std::string head, std::string_view body, Delivery how,
                              std::chrono::seconds deadline) {
  using Kind = Delivery::Kind;
  if (how.kind == Kind::hold) {
    co_await drain(c, std::nullopt);
    co_return false;
  }
  if (how.kind == Kind::reset || how.kind == Kind::truncate) {
    co_return co_await deliver_partly(c, std::move(head), body, how, deadline);
  }
  if (how.kind == Kind::slow_first_byte) {
    co_await pause(c, how.delay);
    if (c.closed) co_return false;
  }
  // Small bodies share the head's packet; large ones are never copied.
  if (body.size() <= 4096 && how.kind != Kind::trickle) {
    head += body;
    body = {};
  }
  const bool head_sent = co_await send(c, head, deadline);
  if (!head_sent) co_return false;
  if (how.kind == Kind::trickle) co_return co_await send_trickling(c, body, how.bytes_per_second, deadline);
  co_return co_await send(c, body, deadline);
}

Response plain(int status) {
  Response r;
  r.status = status;
  r.headers.emplace_back("Content-Type", "text/plain");
  r.body = std::make_shared<const std::string>(std::string(reason_phrase(status)) + "\n");
  return r;
}

int status_of(const error_code& ec, bool timed_out) {
  if (timed_out) return 408;
  if (ec == http::error::header_limit) return 431;
  if (ec == http::error::body_limit) return 413;
  if (ec.category() == http::make_error_code(http::error::end_of_stream).category() &&
      ec != http::error::end_of_stream && ec != http::error::partial_message) {
    return 400;
  }
  return 0;  // the peer went away: nobody to answer
}

using RequestParser = http::request_parser<http::string_body>;

/// What the parser lets pass and a server must not (RFC 9112 3.2, 6.1), and what this one does not take. 0: nothing is
/// wrong.
int refusal_of(const RequestParser& parser, const ServerLimits& limits) {
  const auto& request = parser.get();
  if (request.target().size() > limits.max_target_bytes) return 414;
  const std::size_t hosts = request.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && request.version() >= 11)) return 400;
  // Its end can't be known, so what follows could be taken for a request of its own.
  if (request.count(http::field::transfer_encoding) > 0 && (!parser.chunked() || request.version() < 11)) return 501;
  return 0;
}

/// Memory for bodies that are being received, taken when a body is announced.
class BodyReservation {
 public:
  explicit BodyReservation(std::size_t& taken) : taken_(taken) {}
  ~BodyReservation() { taken_ -= mine_; }
  BodyReservation(const BodyReservation&) = delete;
  BodyReservation& operator=(const BodyReservation&) = delete;
  bool reserve(std::size_t bytes, std::size_t limit) {
    if (taken_ + bytes > limit) return false;
    taken_ += bytes;
    mine_ += bytes;
    return true;
  }

 private:
  std::size_t& taken_;
  std::size_t mine_ = 0;
};

}  // namespace

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
  Impl(asio::io_context& context, Handler h, ServerLimits l) : io(context), handler(std::move(h)), limits(l) {}

  asio::io_context& io;
  Handler handler;
  const ServerLimits limits;
  tcp::endpoint endpoint;
  std::shared_ptr<tcp::acceptor> acceptor;  // replaced as a whole: an accept loop belongs to one acceptor
  std::set<ConnectionPtr> connections;
  std::size_t most_connections = 0;  // since memory was given back
  std::size_t bodies_bytes = 0;      // reserved; BodyReservation
  bool listening = false;

  std::shared_ptr<tcp::acceptor> bind() {
    auto a = std::make_shared<tcp::acceptor>(io);
    a->open(endpoint.protocol());
    a->set_option(tcp::acceptor::reuse_address(true));
    a->bind(endpoint);
    return a;
  }
  void start_listening() {
    acceptor->listen(asio::socket_base::max_listen_connections);
    listening = true;
    asio::co_spawn(io, accept_loop(shared_from_this(), acceptor), asio::detached);
  }
  void close_acceptor() {
    error_code ignored;
    if (acceptor) acceptor->close(ignored);
    acceptor.reset();
    listening = false;
  }
  void close_connections() {
    for (const auto& c : connections) c->close(true);
  }

  static asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self, std::shared_ptr<tcp::acceptor> a) {
    asio::steady_timer retry(self->io);
    while (a->is_open()) {
      error_code ec;
      tcp::socket socket = co_await a->async_accept(asio::redirect_error(asio::use_awaitable, ec));
      if (ec == asio::error::operation_aborted || !a->is_open()) co_return;
      if (ec) {  // out of descriptors, mostly: wait for some to come back
        retry.expires_after(std::chrono::milliseconds(100));
        co_await retry.async_wait(asio::redirect_error(asio::use_awaitable, ec));
        continue;
      }
      if (self->connections.size() >= self->limits.max_connections) continue;
      socket.set_option(tcp::no_delay(true), ec);
      auto connection = std::make_shared<Connection>(std::move(socket));
      self->connections.insert(connection);
      self->most_connections = std::max(self->most_connections, self->connections.size());
      asio::co_spawn(self->io, session(self, connection), asio::detached);
    }
  }

  // This frame owns the connection; the coroutines that it awaits take references to it.
  static asio::awaitable<void> session(std::shared_ptr<Impl> self, ConnectionPtr c) {
    boost::beast::flat_buffer buffer(self->limits.max_header_bytes + (64u << 10));
    bool more = true;
    while (more) {
      more = co_await serve_one(*self, *c, buffer);
      if (c->closed) more = false;
    }
    if (!c->closed) c->close(false);
    self->connections.erase(c);
    c.reset();
    self->after_leaving();
  }

  /// The allocator keeps what a crowd has freed in small pieces; a service that idles for a week should not hold it.
  void after_leaving() {
    if (most_connections < kCrowd || connections.size() > most_connections / 4) return;
    most_connections = connections.size();
#ifdef __GLIBC__
    ::malloc_trim(0);
#endif
  }

  /// Reads one request and answers it. Returns whether to go on with this connection.
  static asio::awaitable<bool> serve_one(Impl& self, Connection& c, boost::beast::flat_buffer& buffer) {
    error_code ec;
    const ServerLimits& limits = self.limits;
    if (buffer.size() == 0) {
      if (buffer.capacity() > kIdleBufferBytes) buffer.shrink_to_fit();
      c.arm(limits.idle_deadline);
      co_await c.socket.async_wait(tcp::socket::wait_read, asio::redirect_error(asio::use_awaitable, ec));
      c.disarm();
      if (ec) co_return false;
    }
    RequestParser parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.max_header_bytes));
    parser.body_limit(limits.max_body_bytes);
    c.arm(limits.header_deadline);
    co_await http::async_read_header(c.socket, buffer, parser, asio::redirect_error(asio::use_awaitable, ec));
    c.disarm();
    int refusal = ec ? status_of(ec, c.timed_out) : refusal_of(parser, limits);
    if (ec && refusal == 0) co_return false;
    if (refusal == 431 && parser.get().target().empty()) refusal = 414;  // the request line alone fills it
    BodyReservation body_memory(self.bodies_bytes);
    if (refusal == 0 && !parser.is_done()) {
      const auto announced = parser.content_length() ? *parser.content_length() : limits.max_body_bytes;
      if (!body_memory.reserve(static_cast<std::size_t>(announced), limits.max_bodies_bytes)) refusal = 503;
    }
    std::optional<Target> target;
    if (refusal == 0) {
      target = parse_target(std::string_view(parser.get().target().data(), parser.get().target().size()));
      if (!target) refusal = 400;
    }
    if (refusal != 0) co_return co_await refuse_request(c, refusal, limits.idle_deadline);

    if (!parser.is_done()) {
      if (parser.get()[http::field::expect] == "100-continue") {
        if (!co_await send(c, "HTTP/1.1 100 Continue\r\n\r\n", limits.idle_deadline)) co_return false;
      }
      c.arm(limits.body_deadline);
      co_await http::async_read(c.socket, buffer, parser, asio::redirect_error(asio::use_awaitable, ec));
      c.disarm();
      if (ec) {
        refusal = status_of(ec, c.timed_out);
        if (refusal == 0) co_return false;
        co_return co_await refuse_request(c, refusal, limits.idle_deadline);
      }
    }
    const bool keep_alive = parser.get().keep_alive();
    const bool head_only = parser.get().method() == http::verb::head;
    Request request = to_request(parser.release(), std::move(*target));
    const Response response = co_await answer(self, std::move(request));
    if (c.closed) co_return false;
    const std::string_view body = response.body && !head_only && response.status != 204 && response.status != 304
                                      ? std::string_view(*response.body)
                                      : std::string_view();
    std::string head = format_head(response, keep_alive,
                                   http_date(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
    const bool reusable = co_await deliver(c, std::move(head), body, response.delivery, limits.idle_deadline);
    if (!reusable) co_return false;
    if (!keep_alive) co_await close_orderly(c);
    co_return keep_alive;
  }

  static asio::awaitable<bool> refuse_request(Connection& c, int status, std::chrono::seconds deadline) {
    Response response = plain(status);
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    std::string bytes =
        format_head(response, false, http_date(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
    bytes += *response.body;
    const bool sent = co_await send(c, bytes, deadline);
    if (sent) co_await close_orderly(c);
    co_return false;
  }

  static asio::awaitable<Response> answer(Impl& self, Request request) {
    bool failed = false;
    try {
      co_return co_await self.handler(std::move(request));
    } catch (const std::exception&) {
      failed = true;  // a handler's failure is that request's, never the server's
    }
    co_return plain(failed ? 500 : 503);
  }

  static Request to_request(http::request<http::string_body> message, Target target) {
    Request r;
    r.method.assign(message.method_string().data(), message.method_string().size());
    r.path = std::move(target.path);
    r.query = std::move(target.query);
    for (const auto& field : message) {
      std::string name(field.name_string().data(), field.name_string().size());
      for (char& ch : name) {
        if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch - 'A' + 'a');
      }
      r.headers.emplace_back(std::move(name), std::string(field.value().data(), field.value().size()));
    }
    r.body = std::move(message.body());
    return r;
  }
};

HttpServer::HttpServer(asio::io_context& io, Handler handler, ServerLimits limits)
    : impl_(std::make_shared<Impl>(io, std::move(handler), limits)) {}

HttpServer::~HttpServer() { stop(); }

std::uint16_t HttpServer::listen(const std::string& address, std::uint16_t port) {
  impl_->endpoint = tcp::endpoint(asio::ip::make_address(address), port);
  impl_->acceptor = impl_->bind();
  impl_->endpoint = impl_->acceptor->local_endpoint();
  impl_->start_listening();
  return impl_->endpoint.port();
}

void HttpServer::refuse() {
  if (!impl_->listening) return;
  impl_->close_acceptor();
  impl_->close_connections();
  // A bound socket that does not listen refuses connections and keeps the port ours until resume().
  try {
    impl_->acceptor = impl_->bind();
  } catch (const boost::system::system_error&) {
    impl_->acceptor.reset();  // still refused; resume() binds again
  }
}

void HttpServer::resume() {
  if (impl_->listening || impl_->endpoint.port() == 0) return;
  if (!impl_->acceptor) impl_->acceptor = impl_->bind();
  impl_->start_listening();
}

void HttpServer::stop() {
  impl_->close_acceptor();
  impl_->close_connections();
}

}  // namespace understudy::server
