// Lines as requests to the companion: method, path, body, divided by tabs, over a store in memory and an origin without
// encoders. Every answer is a status that we mean, is JSON where it says so and a problem with its type where it refuses; what
// was refused changed nothing; and what the service then publishes and stores can be read by those it is for.
#include <nlohmann/json.hpp>

#include "api/companion.h"
#include "core/status/document.h"
#include "support/fake_origin.h"
#include "support/target.h"

using namespace understudy;
using companion::Json;

namespace {

constexpr int kMaxRequests = 40;
constexpr std::size_t kMaxAnswer = 4u << 20;

struct Service {
  companion::ChannelStore store{":memory:"};
  test::FakeOrigin origin;
  std::int64_t seconds = 0;
  companion::Companion api{{store, origin, [this] { return companion::Now{Instant(std::chrono::seconds(seconds)), "2026-01-02T03:04:05.000Z"}; },
                            [](const std::string&) {}},
                           {"key", "secret"}};
};

std::string header_of(const server::Response& response, const std::string& name) {
  for (const auto& [n, value] : response.headers)
    if (n == name) return value;
  return {};
}

void check(const server::Response& response) {
  PROMISE(response.status >= 200 && response.status < 600);
  PROMISE(response.status != 500);  // nothing here fails but what was asked
  for (const auto& [name, value] : response.headers) PROMISE(!name.empty() && value.find_first_of("\r\n") == std::string::npos);
  const std::string body = response.body ? *response.body : "";
  PROMISE(body.size() <= kMaxAnswer);
  const std::string type = header_of(response, "Content-Type");
  if (type.find("json") == std::string::npos) return;
  const Json json = Json::parse(body, nullptr, false);
  PROMISE(!json.is_discarded());
  if (type != "application/problem+json") return;
  PROMISE(json.at("status") == response.status);
  PROMISE(json.at("type").get<std::string>().rfind("urn:understudy:problem:", 0) == 0);
}

std::string all_channels(Service& service) {
  server::Request list{"GET", "/channels", "", {{"authorization", "Basic a2V5OnNlY3JldA=="}}, ""};
  const server::Response response = service.api.handle(list);
  PROMISE(response.status == 200);
  return *response.body;
}

/// The store gives back each channel as it is, and its viewers get a document that they can read.
void check_kept(Service& service) {
  for (const companion::Channel& channel : service.store.load()) {
    const std::string row = companion::to_row(channel);
    PROMISE(companion::to_row(companion::from_row(row)) == row);
    const server::Response published = service.api.handle({"GET", "/playout/" + channel.id, "", {}, ""});
    PROMISE(published.status == 200);
    PROMISE(status::parse_document(*published.body).has_value());
  }
}

server::Request next(fuzz::Reader& reader) {
  fuzz::Reader line(reader.rest());
  server::Request request;
  request.method = std::string(line.until('\t'));
  request.path = "/" + std::string(line.until('\t'));
  const bool authorised = request.method.empty() || request.method.back() != '-';
  if (!authorised) request.method.pop_back();
  request.headers = {{"content-type", "application/json"}};
  if (authorised) request.headers.emplace_back("authorization", "Basic a2V5OnNlY3JldA==");
  request.body = std::string(line.until('\n'));
  reader = fuzz::Reader(line.rest());
  return request;
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(api) {
  Service service;
  fuzz::Reader reader(input);
  for (int count = 0; count < kMaxRequests && !reader.empty(); ++count) {
    const server::Request request = next(reader);
    const std::string before = all_channels(service);
    const server::Response response = service.api.handle(request);
    check(response);
    const bool reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
    if (reads || response.status >= 400) PROMISE(all_channels(service) == before);
    if (response.status == 202 || request.path.size() % 2 == 0) {
      for (const companion::Channel& channel : service.store.load())
        if (service.origin.states.count(channel.id) != 0) service.origin.encoder(channel.id, server::EncoderState::Kind::playing);
      ++service.seconds;
      service.api.tick();
    }
  }
  check_kept(service);
}
