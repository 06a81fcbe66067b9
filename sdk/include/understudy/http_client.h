// How an app holds the HTTP client that it gives to PlayerIo::http. Clients: curl_client.h, fetch_client.h.
#pragma once

#include <memory>

namespace understudy {

namespace net {
class HttpClient;
}

struct HttpClientDeleter {
  void operator()(net::HttpClient* client) const;
};
using HttpClientPtr = std::unique_ptr<net::HttpClient, HttpClientDeleter>;

}  // namespace understudy
