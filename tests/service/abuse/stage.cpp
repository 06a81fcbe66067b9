#include "stage.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace understudy::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kGoodPollers = 4;

}  // namespace

GoodPollers::GoodPollers(std::uint16_t port) {
  for (int i = 0; i < kGoodPollers; ++i) threads_.emplace_back([this, port] { poll(port); });
}

void GoodPollers::poll(std::uint16_t port) {
  Client client(port);
  while (!ending_) {
    const auto begin = Clock::now();
    const Answer answer = client.call("GET", "/playout/ch-a");
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
    ++(answer.status == 200 ? answers_ : failures_);
    double slowest = slowest_ms_;
    while (ms > slowest && !slowest_ms_.compare_exchange_weak(slowest, ms)) {
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
}

GoodPollers::Served GoodPollers::finish() {
  ending_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  return {answers_, failures_, slowest_ms_};
}

Stage::Stage() : folder_("abuse"), server_(":memory:", folder_ / "server.log") {
  server_.spawn();
  if (!server_.wait_ready(std::chrono::seconds(20)))
    throw std::runtime_error("the service does not start: " + server_.log());
  Client client(port());
  for (const char* id : {"ch-a", "ch-b"})
    client.call("POST", "/channels", {{"id", id}, {"ingestLocation", "europe-west"}});
  if (!client.call("POST", "/channels/ch-a/aliases", {{"id", "ch-a1"}}).ok()) throw std::runtime_error("no alias");
  // "creating" passes by itself, and is no change that an attacker made.
  while (client.call("GET", "/channels/ch-b/status").body.find("\"stopped\"") == std::string::npos)
    std::this_thread::sleep_for(milliseconds(20));
}

bool Stage::wait_for_descriptors(int at_most, std::chrono::seconds deadline) const {
  const auto until = Clock::now() + deadline;
  while (descriptors() > at_most) {
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return true;
}

std::string Stage::state() {
  Client client(port());
  return client.call("GET", "/channels").body + client.call("GET", "/channels/ch-a/aliases").body;
}

Ending send_raw(std::uint16_t port, const std::string& bytes, int quiet_ms) {
  const auto begin = Clock::now();
  Ending ending;
  RawClient wire(port);
  wire.send(bytes);
  ending.closed = wire.read(ending.bytes, quiet_ms) != WireEnd::still_open;
  ending.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (ending.bytes.rfind("HTTP/1.1 ", 0) == 0) ending.status = std::atoi(ending.bytes.c_str() + 9);
  for (std::size_t at = ending.bytes.find("HTTP/1.1 "); at != std::string::npos;
       at = ending.bytes.find("HTTP/1.1 ", at + 1))
    ++ending.answers;
  return ending;
}

std::string request(const std::string& line, const std::string& fields, bool authorised) {
  const char* key = authorised ? "Authorization: Basic a2V5OnNlY3JldA==\r\n" : "";
  return line + " HTTP/1.1\r\nHost: test\r\n" + key + fields + "\r\n";
}

}  // namespace understudy::test
