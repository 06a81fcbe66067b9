// Bytes as what a client sends on a connection, in pieces divided by 0xff 0xff. Whatever it is, the server answers with whole
// responses or closes, hands its handler nothing that a well-meant request could not be, lets nothing of one connection into
// another, and has no connection left when the client has gone.
#include "http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cctype>

#include "support/target.h"

using namespace understudy;
using namespace understudy::server;

namespace {

constexpr std::size_t kMaxRounds = 2000;

struct Asked {
  int requests = 0;
};

void check(const Request& request) {
  PROMISE(!request.path.empty() && request.path.front() == '/');
  PROMISE(request.path.find('\0') == std::string::npos);
  for (const auto& [name, value] : request.headers) {
    PROMISE(!name.empty() && value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    for (const char c : name) PROMISE(std::isupper(static_cast<unsigned char>(c)) == 0);
  }
  PROMISE(request.body.size() <= 4096);
}

/// One server for all inputs, as a long-lived process has it.
struct Stage {
  boost::asio::io_context io;
  Asked asked;
  HttpServer server;
  std::uint16_t port;

  Stage() : server(io, [this](Request request) { return answer(std::move(request)); }, limits()), port(server.listen("127.0.0.1", 0)) {}

  static ServerLimits limits() {
    ServerLimits limits;
    limits.max_header_bytes = 2048;
    limits.max_body_bytes = 4096;
    limits.max_connections = 4;
    return limits;
  }
  boost::asio::awaitable<Response> answer(Request request) {
    check(request);
    ++asked.requests;
    Response response;
    response.body = std::make_shared<const std::string>("ok\n");
    co_return response;
  }
};

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // Ports of loopback run out of TIME_WAIT otherwise: the client resets when it goes.
  const linger hard{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  // Where the server goes first TIME_WAIT is its own: many addresses of loopback have ports enough.
  static std::uint32_t turns = 0;
  const int later = 1;
  ::setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &later, sizeof later);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turns++ % 200);
  PROMISE(::bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0);
  PROMISE(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

/// Lets the server do what it can; true once the connection is closed from its side.
bool turn(Stage& stage, int fd, std::string& answer) {
  stage.io.poll();
  char bytes[4096];
  while (true) {
    const ssize_t n = ::recv(fd, bytes, sizeof bytes, 0);
    if (n > 0) answer.append(bytes, static_cast<std::size_t>(n));
    if (n == 0) return true;
    if (n < 0) return errno != EAGAIN && errno != EWOULDBLOCK;
  }
}

int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(http_server) {
  static Stage stage;
  const int asked_before = stage.asked.requests;
  const int fd = connect_to(stage.port);
  fuzz::Reader reader(input);
  std::string answer;
  bool closed = false;
  while (!reader.empty() && !closed) {
    const std::string_view piece = reader.until('\xff');
    closed = ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL) < 0 || turn(stage, fd, answer);
  }
  ::shutdown(fd, SHUT_WR);
  // The client will send nothing more: the server has all it needs to answer and to close.
  std::size_t rounds = 0;
  for (; !closed && rounds < kMaxRounds; ++rounds) closed = turn(stage, fd, answer);
  PROMISE(closed);
  ::close(fd);
  stage.io.poll();
  PROMISE(answer.empty() || answer.rfind("HTTP/1.1 ", 0) == 0);
  PROMISE(count(answer, "HTTP/1.1 200 OK\r\n") == stage.asked.requests - asked_before);
}
