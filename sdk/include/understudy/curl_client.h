// The HTTP client of desktop and server apps, on libcurl. Give it to PlayerIo::http.
#pragma once

#include <string>

#include "understudy/http_client.h"

namespace understudy {

struct CurlOptions {
  std::string user_agent = "understudy/0.1";
  /// PEM file of trusted certificates; empty: the system's. Certificates are always checked.
  std::string ca_file;
};

/// Owned by the caller; must outlive the Player that uses it. Follows at most five redirects, http and https only.
/// Proxies come from the environment (http_proxy, https_proxy, no_proxy), never for loopback addresses. Null where
/// libcurl can't start.
HttpClientPtr make_curl_client(const CurlOptions& options = {});

}  // namespace understudy
