// A TCP server on loopback whose behaviour is a script, one thread a connection: for the faults that no well-behaved
// HTTP server can show (hold, trickle, truncate, reset). Scripts wait on Gates, never on the clock.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace understudy::test {

/// Opened by the test, waited for by a script (or the other way round). Stays open.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }
  bool is_open() {
    const std::lock_guard lock(mutex_);
    return open_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// A descriptor that its script closes and that the server's destructor shuts down, to wake a script that is blocked in
/// recv.
struct SharedSocket {
  std::mutex mutex;
  int fd = -1;
};

class RawConnection {
 public:
  RawConnection(SharedSocket& socket, int number, Gate& stopping)
      : number_(number), socket_(socket), fd_(socket.fd), stopping_(stopping) {}
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection() { close(); }

  int number() const { return number_; }  // 0, 1, … in the order of arrival

  /// Up to and with the empty line; empty when the peer has closed.
  std::string read_request() {
    std::string text;
    char c = 0;
    while (text.size() < 65536 && ::recv(fd_, &c, 1, 0) == 1) {
      text.push_back(c);
      if (text.size() >= 4 && text.compare(text.size() - 4, 4, "\r\n\r\n") == 0) return text;
    }
    return {};
  }
  /// False: the peer is gone.
  bool send(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const ssize_t n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return false;
      sent += static_cast<std::size_t>(n);
    }
    return true;
  }
  void answer(const std::string& body, const std::string& fields = "", const std::string& status = "200 OK") {
    send("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body);
  }
  /// True once the peer has closed its end; blocks until then.
  bool wait_for_close() {
    char c = 0;
    while (true) {
      const ssize_t n = ::recv(fd_, &c, 1, 0);
      if (n <= 0) return true;
    }
  }
  /// Keeps the connection open and silent until the server goes.
  void hold() { stopping_.wait(); }
  void close() {
    const std::lock_guard lock(socket_.mutex);
    if (socket_.fd >= 0) ::close(socket_.fd);
    socket_.fd = -1;
    fd_ = -1;
  }
  /// Closes with RST instead of FIN.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

 private:
  int number_;
  SharedSocket& socket_;
  int fd_;
  Gate& stopping_;
};

class RawServer {
 public:
  using Script = std::function<void(RawConnection&)>;

  explicit RawServer(Script script) : script_(std::move(script)), listener_(listen_on_loopback(64)) {
    acceptor_ = std::thread([this] { accept_all(); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  ~RawServer() {
    stopping_.open();
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (SharedSocket& socket : sockets_) {
        const std::lock_guard socket_lock(socket.mutex);
        if (socket.fd >= 0) ::shutdown(socket.fd, SHUT_RDWR);
      }
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  int port() const { return port_of(listener_); }
  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port()) + path; }
  int connections() const { return connections_; }

  static int listen_on_loopback(int backlog) {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, backlog) != 0)
      std::abort();
    return fd;
  }
  static int port_of(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
  }

 private:
  void accept_all() {
    while (true) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      if (stopping_.is_open()) {
        ::close(fd);
        return;
      }
      SharedSocket& socket = sockets_.emplace_back();
      socket.fd = fd;
      const int number = connections_++;
      threads_.emplace_back([this, &socket, number] {
        RawConnection connection(socket, number, stopping_);
        script_(connection);
      });
    }
  }

  Script script_;
  int listener_;
  Gate stopping_;
  std::mutex mutex_;
  std::list<std::thread> threads_;
  std::list<SharedSocket> sockets_;
  std::atomic<int> connections_{0};
  std::thread acceptor_;
};

}  // namespace understudy::test
