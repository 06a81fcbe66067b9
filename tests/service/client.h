// A keep-alive HTTP client of one connection: blocking, with the key of the management API, telling an answer from
// none.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "unit/server/raw_client.h"

namespace understudy::test {

using Json = nlohmann::json;

struct Answer {
  int status = 0;  // 0: none, or cut off: nothing was acknowledged
  std::string head;
  std::string body;
  bool ok() const { return status / 100 == 2; }
  Json json() const { return Json::parse(body, nullptr, false); }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : port_(port) {}

  /// Sends a request whole; false where there is nobody.
  bool send(const std::string& method, const std::string& path, const Json& body = nullptr);
  /// Of the request before. A connection that broke is opened anew by the next send().
  Answer receive();
  Answer call(const std::string& method, const std::string& path, const Json& body = nullptr) {
    return send(method, path, body) ? receive() : Answer{};
  }

 private:
  std::uint16_t port_;
  std::unique_ptr<RawClient> wire_;
};

}  // namespace understudy::test
