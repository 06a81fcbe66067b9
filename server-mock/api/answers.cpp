#include "api/answers.h"

#include <fmt/format.h>

namespace understudy::companion {
namespace {

constexpr int kMaxDepth = 16;  // merging and writing JSON recurse

struct Shape {
  int status;
  const char* name;
  const char* title;
};

Shape shape_of(Refusal why) {
  switch (why) {
    case Refusal::invalid_json: return {400, "invalid-json", "The body is not the JSON that is expected"};
    case Refusal::invalid_member:
      return {400, "invalid-member", "A member is unknown, of the wrong type or out of range"};
    case Refusal::invalid_fallback: return {400, "invalid-fallback", "This fallback is not allowed"};
    case Refusal::invalid_origin: return {400, "invalid-origin", "The origin does not accept this"};
    case Refusal::unknown_id: return {404, "unknown-id", "There is no such channel or alias"};
    case Refusal::id_taken: return {409, "id-taken", "The id is taken"};
    case Refusal::wrong_state: return {409, "wrong-state", "Not possible in the current state"};
    case Refusal::too_many: return {409, "too-many", "A bound is reached"};
    case Refusal::too_large: return {413, "too-large", "Too large"};
  }
  return {500, "internal", "Internal error"};
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Response with_body(int status, const char* type, std::string body) {
  Response response;
  response.status = status;
  response.headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

}  // namespace

Response json_answer(int status, const Json& body) { return json_answer(status, text_of(body)); }

Response json_answer(int status, std::string body) { return with_body(status, "application/json", std::move(body)); }

Response empty_answer() {
  Response response;
  response.status = 204;
  response.headers = {{"Cache-Control", "no-store"}};
  return response;
}

Response problem(int status, const std::string& name, const std::string& title, const std::string& detail) {
  const Json body = {
      {"type", "urn:understudy:problem:" + name}, {"title", title}, {"status", status}, {"detail", detail}};
  return with_body(status, "application/problem+json", text_of(body));
}

Response problem(const Refused& refused) {
  const Shape shape = shape_of(refused.why);
  return problem(shape.status, shape.name, shape.title, refused.detail);
}

Outcome<Json> parse_json(const std::string& text) {
  bool too_deep = false;
  const auto bounded = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  Json json = Json::parse(text, bounded, false);
  if (too_deep) return Refused{Refusal::invalid_json, fmt::format("nested deeper than {}", kMaxDepth)};
  if (json.is_discarded()) return Refused{Refusal::invalid_json, "not JSON"};
  return json;
}

}  // namespace understudy::companion
