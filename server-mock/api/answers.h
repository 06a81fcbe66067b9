// The shapes of answers: JSON, nothing, and problem details (RFC 9457) with stable types,
// `urn:understudy:problem:<name>`.
#pragma once

#include <string>

#include "http/exchange.h"
#include "model/channel.h"
#include "model/outcome.h"

namespace understudy::companion {

using server::Request;
using server::Response;

Response json_answer(int status, const Json& body);
/// A body that is JSON text already.
Response json_answer(int status, std::string body);
/// 204.
Response empty_answer();
/// `name` is the last part of the type and does not change between versions; `detail` is for a person and may.
Response problem(int status, const std::string& name, const std::string& title, const std::string& detail);
Response problem(const Refused& refused);

/// JSON with bounded nesting; refused with the reason otherwise.
Outcome<Json> parse_json(const std::string& text);

}  // namespace understudy::companion
