// A blocking loopback client that shows a test exactly what is on the wire: bytes, then how the connection ended.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::test {

enum class WireEnd { still_open, closed, reset };

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect_errno_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  }
  ~RawClient() { ::close(fd_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  int connect_errno() const { return connect_errno_; }
  bool send(std::string_view text) {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// send() gives up after this, with part of the bytes sent.
  void set_send_timeout(timeval limit) { ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); }
  /// Half closed: the server reads an end, and can still answer.
  void end_of_requests() { ::shutdown(fd_, SHUT_WR); }
  void reset_on_close() {
    const linger at_once{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

  /// Reads for at most `quiet_ms` without a byte, or until `enough` bytes are there.
  WireEnd read(std::string& out, int quiet_ms = 5000, std::size_t enough = SIZE_MAX) {
    timeval limit{quiet_ms / 1000, (quiet_ms % 1000) * 1000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char chunk[4096];
    while (out.size() < enough) {
      const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
      if (n > 0) {
        out.append(chunk, static_cast<std::size_t>(n));
        continue;
      }
      if (n == 0) return WireEnd::closed;
      return errno == ECONNRESET ? WireEnd::reset : WireEnd::still_open;
    }
    return WireEnd::still_open;
  }

  /// Reads one response with a Content-Length; leaves the connection open.
  std::string read_response() {
    std::string out;
    while (out.find("\r\n\r\n") == std::string::npos) {
      const std::size_t before = out.size();
      if (read(out, 5000, before + 1) != WireEnd::still_open || out.size() == before) return out;
    }
    const auto field = out.find("Content-Length: ");
    const auto head = out.find("\r\n\r\n") + 4;
    if (field == std::string::npos || field > head) return out;
    read(out, 5000, head + std::stoul(out.substr(field + 16)));
    return out;
  }

 private:
  int fd_;
  int connect_errno_ = 0;
};

inline std::string body_of(const std::string& response) {
  const auto head = response.find("\r\n\r\n");
  return head == std::string::npos ? "" : response.substr(head + 4);
}

inline std::string get(std::uint16_t port, const std::string& path, const std::string& fields = "") {
  RawClient client(port);
  client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + fields + "Connection: close\r\n\r\n");
  std::string out;
  client.read(out);
  return out;
}

}  // namespace understudy::test
