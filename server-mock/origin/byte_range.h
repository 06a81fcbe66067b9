// Single byte ranges (RFC 9110 section 14): turns a whole response into a partial one.
#pragma once

#include <string>

#include "http/server.h"

namespace understudy::server {

/// `field`: the Range header, may be empty. Several ranges or another unit: the whole body, as the RFC allows.
void apply_byte_range(Response& response, const std::string& field);

}  // namespace understudy::server
