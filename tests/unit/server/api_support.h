// A companion over a store in memory and an origin without encoders, called as a client would.
#pragma once

#include <string>
#include <vector>

#include "api/companion.h"
#include "support/fake_origin.h"

namespace understudy::test {

struct Service {
  companion::ChannelStore store{":memory:"};
  FakeOrigin origin;
  std::int64_t seconds = 0;
  std::vector<std::string> log;
  companion::Companion api{{store, origin,
                            [this] {
                              return companion::Now{Instant(std::chrono::seconds(seconds)),
                                                    "2026-01-02T03:04:" + std::to_string(10 + seconds) + ".000Z"};
                            },
                            [this](const std::string& line) { log.push_back(line); }},
                           {"key", "secret"}};

  using Headers = std::vector<std::pair<std::string, std::string>>;

  server::Response raw(const std::string& method, const std::string& path, Headers headers = {},
                       std::string body = "") {
    return api.handle({method, path, "", std::move(headers), std::move(body)});
  }
  /// Authorised, with a JSON body.
  server::Response call(const std::string& method, const std::string& path, const std::string& body = "") {
    return raw(method, path, {{"authorization", "Basic a2V5OnNlY3JldA=="}, {"content-type", "application/json"}}, body);
  }
  void create(const std::string& id) {
    call("POST", "/channels", R"({"ingestLocation":"europe-west","id":")" + id + "\"}");
    api.tick();
  }
  void play(const std::string& id) {
    call("POST", "/channels/" + id + "/start");
    origin.encoder(id, server::EncoderState::Kind::playing);
    api.tick();
  }
  status::StatusDocument document(const std::string& id) {
    return status::parse_document(*raw("GET", "/playout/" + id).body).value();
  }
};

inline companion::Json body_of(const server::Response& response) {
  return response.body ? companion::Json::parse(*response.body) : companion::Json();
}

inline std::string header_of(const server::Response& response, const std::string& name) {
  for (const auto& [n, value] : response.headers) {
    if (n == name) return value;
  }
  return "";
}

/// The last part of a problem's type.
inline std::string problem_of(const server::Response& response) {
  if (header_of(response, "Content-Type") != "application/problem+json") return "";
  const companion::Json body = body_of(response);
  const std::string type = body.at("type");
  const std::string prefix = "urn:understudy:problem:";
  if (type.rfind(prefix, 0) != 0 || body.at("status") != response.status || body.at("title") == "") return "";
  return type.substr(prefix.size());
}

}  // namespace understudy::test
