// Bytes as what a server sends to the player's HTTP client, on a real connection: the first bytes choose the request, the rest
// comes in pieces divided by 0xff. Per request there is at most one head, then a body within its bound, then exactly one
// end; a whole body is as long as its head said; and a hundred virtual seconds later at the latest the request is over.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http_client.h"
#include "support/target.h"
#include "understudy/curl_client.h"

using namespace understudy;

namespace {

constexpr std::uint64_t kMaxBody = 100'000;
constexpr int kMaxConnections = 8;  // of one input: a redirect may ask again

struct Observer : net::HttpObserver {
  void on_head(RequestId, const net::HttpHead& head) override {
    PROMISE(!seen && !done);
    PROMISE(head.status >= 200 && head.status <= 999);
    PROMISE(head.age >= Duration::zero());
    if (head.retry_after) PROMISE(*head.retry_after >= Duration::zero());
    if (head.max_age) PROMISE(*head.max_age >= Duration::zero());
    PROMISE(head.final_url.rfind("http", 0) == 0);
    seen = true;
    length = head.content_length;
    status = head.status;
  }
  void on_body(RequestId, std::span<const std::uint8_t> bytes) override {
    PROMISE(seen && !done);
    body += bytes.size();
    PROMISE(body <= kMaxBody);
  }
  void on_done(RequestId, const Error& e, const net::HttpTiming& timing) override {
    PROMISE(!done);
    done = true;
    error = e;
    PROMISE(timing.body_bytes == body);
  }
  bool seen = false;
  bool done = false;
  int status = 0;
  std::uint64_t body = 0;
  std::optional<std::uint64_t> length;
  Error error;
};

/// Accepts and says its pieces, one at a time, whatever it is asked. All on the fuzzer's thread.
class Server {
 public:
  Server() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    PROMISE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(listener_, 8) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/a/b"; }

  void begin(fuzz::Bytes bytes) {
    script_ = bytes;
    reader_ = fuzz::Reader(bytes);
    connections_ = 0;
  }
  void turn() {
    if (connection_ < 0) {
      connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
      if (connection_ < 0) return;
      const linger hard{1, 0};
      ::setsockopt(connection_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      asked_ = false;
      reader_ = fuzz::Reader(++connections_ <= kMaxConnections ? script_ : fuzz::Bytes{});
    }
    char bytes[4096];
    const ssize_t n = ::recv(connection_, bytes, sizeof bytes, 0);
    if (n > 0) asked_ = true;
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)) return end();
    if (!asked_) return;
    if (reader_.empty()) return finish();
    const std::string_view piece = reader_.until('\xff');
    ::send(connection_, piece.data(), piece.size(), MSG_NOSIGNAL);
  }
  /// Whatever is still open or waiting.
  void clear() {
    if (connection_ >= 0) end();
    for (int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK); fd >= 0; fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) ::close(fd);
  }

 private:
  /// Says the end of its body in good order: what it sent is not lost by a reset.
  void finish() {
    ::shutdown(connection_, SHUT_WR);
  }
  void end() {
    ::close(connection_);
    connection_ = -1;
  }
  int listener_;
  int connection_ = -1;
  std::uint16_t port_ = 0;
  bool asked_ = false;
  int connections_ = 0;
  fuzz::Bytes script_;
  fuzz::Reader reader_{{}};
};

}  // namespace

UNDERSTUDY_FUZZ_TARGET(http_client) {
  static Server server;
  fuzz::Reader reader(input);
  const std::uint8_t how = reader.byte();
  net::HttpRequest request;
  request.id = RequestId{1};
  request.url = server.url();
  request.max_body_bytes = kMaxBody;
  if (how % 4 == 1) request.range = {reader.byte(), reader.byte()};
  server.begin(reader.rest());

  Observer observer;
  {
    const HttpClientPtr client = make_curl_client();
    client->start(request);
    Instant now{std::chrono::seconds(1000)};
    const Instant latest = now + std::chrono::seconds(100);
    for (int round = 0; !observer.done; ++round) {
      client->poll(observer, now);
      server.turn();
      if (observer.done) break;
      // A little of real time for the kernel; virtual time passes only when nothing happens any more.
      if (round > 8) client->wait(from_ms(round > 40 ? 0 : 1));
      if (round > 40) now += from_ms(100);
      PROMISE(now < latest);
    }
    if (observer.error.code == ErrorCode::none) {
      PROMISE(observer.seen);
      const bool bodiless = observer.status == 204 || observer.status == 304;
      if (observer.length && !bodiless && !request.range) PROMISE(observer.body == *observer.length);
    } else {
      PROMISE(!to_string(observer.error.code).empty() && observer.error.code != ErrorCode::internal);
    }
    client->poll(observer, now + std::chrono::seconds(1));  // nothing comes after the end
  }
  server.clear();
}
