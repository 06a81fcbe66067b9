// From a request to its handler: paths, methods, authorisation, bodies. Everything before a handler may change
// anything.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "api/answers.h"
#include "api/companion.h"
#include "api/conditional.h"

namespace understudy::companion {
namespace {

constexpr std::size_t kMaxBodyBytes = 128u << 10;  // twice the settings of a channel

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  if (!segments.empty() && segments.back().empty()) segments.pop_back();  // a trailing slash means nothing
  return segments;
}

// Whether the pattern fits; the segments that its "*" stand for.
bool matches(std::string_view pattern, const std::vector<std::string_view>& path,
             std::vector<std::string_view>& stars) {
  const std::vector<std::string_view> expected = segments_of(pattern);
  if (expected.size() != path.size()) return false;
  stars.clear();
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (expected[i] == "*") {
      stars.push_back(path[i]);
    } else if (expected[i] != path[i]) {
      return false;
    }
  }
  return true;
}

bool is_json_type(std::string type) {
  type.resize(std::min(type.find(';'), type.size()));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return type.empty() || type == "application/json" || type == "application/merge-patch+json";
}

Response method_not_allowed(const std::string& method, const std::string& allowed) {
  Response response =
      problem(405, "method-not-allowed", "Method not allowed", fmt::format("{}: allowed are {}", method, allowed));
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Response unauthorised() {
  Response response = problem(401, "unauthorised", "Key and secret are needed",
                              "send HTTP Basic authorization with the key as user and the secret as password");
  response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"understudy\", charset=\"UTF-8\"");
  return response;
}

Response no_such_path(const std::string& path) { return problem(404, "no-such-path", "There is nothing here", path); }

// Any page may read what any viewer may.
void allow_any_origin(Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After, Age, Date");
}

Response preflight() {
  Response response;
  response.status = 204;
  response.headers = {{"Access-Control-Allow-Methods", "GET, HEAD"},
                      {"Access-Control-Allow-Headers", "If-None-Match, Cache-Control"},
                      {"Access-Control-Max-Age", "86400"},
                      {"Cache-Control", "max-age=86400"}};
  return response;
}

bool is_get(const std::string& method) { return method == "GET" || method == "HEAD"; }

}  // namespace

const std::vector<Companion::Route>& Companion::routes() {
  using C = Companion;
  static const std::vector<Route> kRoutes = {
      {"GET", "/channels", &C::list_channels, false},
      {"POST", "/channels", &C::create_channel, false},
      {"GET", "/channels/*", &C::show_channel, false},
      {"PATCH", "/channels/*", &C::patch_channel, false},
      {"DELETE", "/channels/*", &C::delete_channel, false},
      {"POST", "/channels/*/start", &C::start_channel, false},
      {"POST", "/channels/*/stop", &C::stop_channel, false},
      {"GET", "/channels/*/status", &C::show_status, false},
      {"GET", "/channels/*/aliases", &C::list_aliases, false},
      {"POST", "/channels/*/aliases", &C::create_alias, false},
      {"GET", "/channels/*/aliases/*", &C::show_alias, false},
      {"PATCH", "/channels/*/aliases/*", &C::patch_alias, false},
      {"DELETE", "/channels/*/aliases/*", &C::delete_alias, false},
      {"POST", "/channels/*/aliases/*/enable", &C::enable_alias, false},
      {"POST", "/channels/*/aliases/*/disable", &C::disable_alias, false},
      {"GET", "/channels/*/faults", &C::list_faults, false},
      {"POST", "/channels/*/faults", &C::add_faults, true},
      {"DELETE", "/channels/*/faults", &C::clear_faults, false},
  };
  return kRoutes;
}

Response Companion::handle(const Request& request) {
  const std::vector<std::string_view> path = segments_of(request.path);
  if (path.size() == 2 && path[0] == "playout") {
    Response response = is_get(request.method)        ? playout(request, std::string(path[1]))
                        : request.method == "OPTIONS" ? preflight()
                                                      : method_not_allowed(request.method, "GET, HEAD, OPTIONS");
    allow_any_origin(response);
    return response;
  }
  if (path.size() == 1 && path[0] == "healthz") {
    return is_get(request.method) ? json_answer(200, Json{{"status", "ok"}})
                                  : method_not_allowed(request.method, "GET, HEAD");
  }
  if (path.empty() || path[0] != "channels") return no_such_path(request.path);
  // Before anything else of the management API, so that an answer tells a stranger nothing.
  if (!is_authorised(request.header("authorization"), credentials_)) return unauthorised();
  return manage(request);
}

Response Companion::manage(const Request& request) {
  const std::vector<std::string_view> path = segments_of(request.path);
  std::vector<std::string_view> stars;
  std::string allowed;
  for (const Route& route : routes()) {
    if (!matches(route.pattern, path, stars)) continue;
    if (route.method == request.method || (request.method == "HEAD" && route.method == std::string_view("GET"))) {
      Call call{request, !stars.empty() ? std::string(stars[0]) : "", stars.size() > 1 ? std::string(stars[1]) : "",
                Json::object()};
      return dispatch(route, std::move(call));
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return allowed.empty() ? no_such_path(request.path) : method_not_allowed(request.method, allowed);
}

Response Companion::dispatch(const Route& route, Call call) {
  const std::string& body = call.request.body;
  if (!body.empty()) {
    if (body.size() > kMaxBodyBytes) {
      return problem({Refusal::too_large, fmt::format("the body exceeds {} bytes", kMaxBodyBytes)});
    }
    if (!is_json_type(call.request.header("content-type"))) {
      return problem(415, "unsupported-media-type", "The body has to be JSON", "send Content-Type: application/json");
    }
    Outcome<Json> parsed = parse_json(body);
    if (!parsed) return problem(parsed.refused());
    if (!route.raw_body && !parsed->is_object()) return problem({Refusal::invalid_json, "not an object"});
    call.body = std::move(*parsed);
  }
  return (this->*route.handler)(call);
}

Response Companion::playout(const Request& request, const std::string& id) {
  const Rendered* entry = rendered(id);
  if (entry == nullptr) return problem({Refusal::unknown_id, fmt::format("{}: no such channel or alias", id)});
  Response response;
  response.headers = {{"Cache-Control", "public, max-age=1, stale-while-revalidate=5, stale-if-error=60"},
                      {"ETag", entry->etag},
                      {"X-Content-Type-Options", "nosniff"}};
  if (names_etag(request.header("if-none-match"), entry->etag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", "application/json");
  response.body = entry->body;
  return response;
}

}  // namespace understudy::companion
