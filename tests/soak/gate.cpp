#include "gate.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace understudy::soak {
namespace {

constexpr std::size_t kMaxPairs = 64;
constexpr int kLookMs = 50;  // how soon an order is followed

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int bound_socket(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int yes = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const sockaddr_in address = loopback(port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("the gate has no port");
  return fd;
}

void close_with_reset(int fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(fd);
}

}  // namespace

Gate::Gate() {
  listener_ = bound_socket(0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  ::listen(listener_, 64);
  thread_ = std::thread([this] { serve(); });
}

Gate::~Gate() {
  ending_ = true;
  thread_.join();
  close_all();
  ::close(listener_);
}

void Gate::close_all() {
  for (const Pair& pair : pairs_) {
    close_with_reset(pair.client);
    ::close(pair.service);
  }
  pairs_.clear();
}

/// Shut: a socket that is bound and does not listen refuses, and keeps the port ours.
void Gate::follow_orders() {
  int listening = 0;
  socklen_t size = sizeof listening;
  ::getsockopt(listener_, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size);
  if (open_ && listening == 0) ::listen(listener_, 64);
  if (open_ || listening == 0) return;
  close_all();
  ::close(listener_);
  listener_ = bound_socket(port_);
}

void Gate::accept_one() {
  const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int service = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_);
  if (pairs_.size() < kMaxPairs &&
      ::connect(service, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    pairs_.push_back({client, service});
    return;
  }
  close_with_reset(client);
  ::close(service);
}

bool Gate::relay(int from, int to) {
  char bytes[16384];
  const ssize_t n = ::recv(from, bytes, sizeof bytes, 0);
  return n > 0 && ::send(to, bytes, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
}

void Gate::serve() {
  while (!ending_) {
    follow_orders();
    std::vector<pollfd> waiting;
    waiting.push_back({open_ ? listener_ : -1, POLLIN, 0});  // bound and not listening it would be ready for ever
    for (const Pair& pair : pairs_) {
      waiting.push_back({pair.client, POLLIN, 0});
      waiting.push_back({pair.service, POLLIN, 0});
    }
    if (::poll(waiting.data(), waiting.size(), kLookMs) <= 0) continue;
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      const Pair pair = pairs_[i];
      const bool from_client = waiting[1 + 2 * i].revents == 0 || relay(pair.client, pair.service);
      const bool from_service = waiting[2 + 2 * i].revents == 0 || relay(pair.service, pair.client);
      if (from_client && from_service) continue;
      ::close(pair.client);
      ::close(pair.service);
      pairs_.erase(pairs_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if ((waiting[0].revents & POLLIN) != 0) accept_one();
  }
}

}  // namespace understudy::soak
