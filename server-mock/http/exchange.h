// A request and its response as values, without Asio: what handlers are written and tested against.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace understudy::server {

struct Request {
  std::string method;
  std::string path;   // percent-decoded, without the query; always starts with '/'
  std::string query;  // raw, without '?'
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string header(const std::string& lower_case_name) const;  // empty: absent
};

/// How a response is put on the wire. Default: whole and at once.
struct Delivery {
  enum class Kind {
    normal,
    hold,             // accept, read the request, never answer
    reset,            // `after_bytes` of the body, then a TCP reset
    truncate,         // `after_bytes` of the body, then an orderly close before Content-Length is reached
    trickle,          // the body at `bytes_per_second`
    slow_first_byte,  // nothing for `delay`, then whole
  } kind = Kind::normal;
  std::uint64_t after_bytes = 0;
  std::uint64_t bytes_per_second = 0;
  std::chrono::milliseconds delay{0};
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;  // null: empty; shared so that a live segment is never copied per viewer
  Delivery delivery;
};

}  // namespace understudy::server
