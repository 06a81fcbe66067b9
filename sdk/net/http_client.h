// One HTTP client interface for the desktop (libcurl multi) and the browser (fetch). Streaming: bodies arrive as they come
// off the wire and are never collected here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "understudy/error.h"
#include "understudy/ids.h"
#include "understudy/time.h"

namespace understudy::net {

/// Limits of one request. Each is the longest wait for that step; a step that exceeds it ends the request with the typed error.
struct Timeouts {
  Duration connect = from_ms(2000);      // DNS + TCP + TLS → resolve_failed, connect_timeout
  Duration first_byte = from_ms(4000);   // request sent → first byte of the answer: first_byte_timeout
  Duration body_stall = from_ms(4000);   // longest silence inside a body: body_stalled
};

struct HttpRequest {
  RequestId id{};
  std::string url;  // http or https only, else bad_url
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::pair<std::uint64_t, std::uint64_t>> range;  // offset, length; length 0: to the end
  Timeouts timeouts;
  std::uint64_t max_body_bytes = 64u << 20;  // beyond it: response_too_large
};

struct HttpHead {
  int status = 0;
  std::string final_url;      // after redirects (at most 5); the base of what a playlist names
  std::string etag;
  std::optional<std::uint64_t> content_length;
  std::optional<Duration> retry_after;  // seconds form, or date form against the answer's own Date
  std::optional<Duration> max_age;      // Cache-Control: max-age
  Duration age{};                       // Age
};

/// Where the time went; zero where unknown (a reused connection has no connect time).
struct HttpTiming {
  Duration connect{};
  Duration first_byte{};  // from the start of the request
  Duration total{};
  std::uint64_t body_bytes = 0;
  bool reused_connection = false;
};

/// Called from within HttpClient::poll() only. Per request: at most one on_head, then any number of on_body, then exactly one
/// on_done; nothing after on_done or cancel().
class HttpObserver {
 public:
  virtual ~HttpObserver() = default;
  /// A status of 4xx or 5xx is a head like any other; the body follows (bounded).
  virtual void on_head(RequestId id, const HttpHead& head) = 0;
  virtual void on_body(RequestId id, std::span<const std::uint8_t> bytes) = 0;
  /// error.code == none: the whole body arrived.
  virtual void on_done(RequestId id, const Error& error, const HttpTiming& timing) = 0;
};

/// Not thread-safe but for wake(). Bounds: 64 requests at once, 6 connections a host; more wait in a queue (bounded by 256).
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Never fails at once: problems arrive through on_done of a later poll().
  virtual void start(const HttpRequest& request) = 0;
  /// Nothing is reported of it any more; its connection is closed unless the answer was complete.
  virtual void cancel(RequestId id) = 0;
  /// Moves all transfers on and reports what happened. Never blocks. `now` drives the time-outs.
  virtual void poll(HttpObserver& observer, Instant now) = 0;
  /// Blocks until a socket is ready, wake(), or the time-out.
  virtual void wait(Duration timeout) = 0;
  virtual void wake() = 0;
  /// The next time at which poll() must run though no socket is ready (time-outs).
  virtual std::optional<Instant> next_deadline() const = 0;
};

}  // namespace understudy::net
