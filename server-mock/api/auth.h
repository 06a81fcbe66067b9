// HTTP Basic (RFC 7617) with one key and secret, as the documented management API has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace understudy::companion {

struct Credentials {
  std::string key;
  std::string secret;
};

/// Standard alphabet, padded; nothing where it is malformed.
std::optional<std::string> decode_base64(std::string_view text);

/// Takes time that depends on `given` only.
bool equal_in_constant_time(std::string_view expected, std::string_view given);

/// Whether the value of an Authorization header names these credentials.
bool is_authorised(std::string_view authorization, const Credentials& credentials);

}  // namespace understudy::companion
