#include "understudy/fetch_client.h"

#include <algorithm>
#include <deque>
#include <map>
#include <string_view>
#include <variant>

#include "net/fetch/imports.h"
#include "net/header_fields.h"
#include "net/http_client.h"
#include "net/range_cut.h"

namespace understudy::net {
namespace {

constexpr std::size_t kMaxActive = 64;
constexpr std::size_t kMaxQueued = 256;
// Of bodies that wait for a poll(). A worker polls within milliseconds; one that does not must not eat the page's
// memory.
constexpr std::size_t kMaxPendingBytes = 32u << 20;

bool is_http(std::string_view url) { return url.substr(0, 7) == "http://" || url.substr(0, 8) == "https://"; }

bool is_safe_field(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

/// A line per field. If-None-Match is left out: the browser revalidates from its own cache, and the field would cost a
/// CORS preflight per poll (Fetch, 2.2.2).
std::string header_lines(const HttpRequest& request) {
  std::string lines;
  for (const auto& [name, value] : request.headers) {
    if (name == "If-None-Match" || !is_safe_field(name) || !is_safe_field(value)) continue;
    lines += name + ": " + value + "\n";
  }
  return lines;
}

struct Head {
  std::string lines;
  std::string final_url;
};
struct Body {
  std::vector<std::uint8_t> bytes;
};
struct Done {
  bool failed;
  std::string message;
};
struct Arrival {
  int id;
  std::variant<Head, Body, Done> what;
};

class FetchClient final : public HttpClient {
 public:
  FetchClient() { current = this; }
  FetchClient(const FetchClient&) = delete;
  FetchClient& operator=(const FetchClient&) = delete;
  ~FetchClient() override {
    for (const auto& [id, transfer] : active_) understudy_fetch_abort(id);
    current = nullptr;
  }

  void start(const HttpRequest& request) override;
  void cancel(RequestId id) override;
  void poll(HttpObserver& observer, Instant now) override;
  void wait(Duration) override {}
  void wake() override {}
  std::optional<Instant> next_deadline() const override;

  /// From the event loop.
  void arrived(Arrival&& arrival);

  static FetchClient* current;

 private:
  struct Transfer {
    HttpRequest request;
    Instant began{};
    Instant heard{};  // the request's begin, then the last sign of life
    std::optional<Instant> first_byte;
    std::optional<std::uint64_t> announced;
    RangeCut range;
    std::uint64_t received = 0;    // off the wire
    std::uint64_t body_bytes = 0;  // handed to the observer
  };
  using Active = std::map<int, Transfer>;

  void activate_waiting();
  void report_refused();
  void deliver(const Arrival& arrival);
  void deliver(int id, Transfer& transfer, const Head& head);
  void deliver(int id, Transfer& transfer, const Body& body);
  void deliver(int id, Transfer& transfer, const Done& done);
  void report_expired();
  void end(int id, const Error& error, bool abort);
  static Duration limit(const Transfer& transfer);
  static Error failure_of(const Transfer& transfer, const std::string& message);

  HttpObserver* observer_ = nullptr;
  Instant now_{};
  int last_id_ = 0;
  Active active_;                    // bounded by kMaxActive
  std::deque<HttpRequest> waiting_;  // bounded by kMaxQueued
  std::deque<std::pair<RequestId, Error>> refused_;
  std::deque<Arrival> arrivals_;  // bounded by kMaxPendingBytes
  std::size_t pending_bytes_ = 0;
};

FetchClient* FetchClient::current = nullptr;

void FetchClient::start(const HttpRequest& request) {
  if (!is_http(request.url)) {
    refused_.emplace_back(request.id, Error{ErrorCode::bad_url, "not an http or https URL"});
  } else if (waiting_.size() >= kMaxQueued) {
    refused_.emplace_back(request.id, Error{ErrorCode::limit_exceeded, "more than 256 requests are waiting"});
  } else {
    waiting_.push_back(request);
  }
}

void FetchClient::cancel(RequestId id) {
  std::erase_if(waiting_, [id](const HttpRequest& request) { return request.id == id; });
  std::erase_if(refused_, [id](const auto& refused) { return refused.first == id; });
  const auto found =
      std::find_if(active_.begin(), active_.end(), [id](const auto& a) { return a.second.request.id == id; });
  if (found == active_.end()) return;
  understudy_fetch_abort(found->first);
  active_.erase(found);  // what has arrived of it finds nobody
}

void FetchClient::poll(HttpObserver& observer, Instant now) {
  observer_ = &observer;
  now_ = std::max(now, now_);
  report_refused();
  activate_waiting();
  // Only what is here now: what an observer causes comes from the event loop, later.
  std::deque<Arrival> arrivals;
  arrivals.swap(arrivals_);
  pending_bytes_ = 0;
  for (const Arrival& arrival : arrivals) deliver(arrival);
  report_expired();
  activate_waiting();
  observer_ = nullptr;
}

void FetchClient::activate_waiting() {
  while (!waiting_.empty() && active_.size() < kMaxActive) {
    Transfer transfer;
    transfer.request = std::move(waiting_.front());
    waiting_.pop_front();
    transfer.began = transfer.heard = now_;
    const HttpRequest& request = transfer.request;
    double first = -1;
    double last = -1;
    if (request.range) {
      first = static_cast<double>(request.range->first);
      if (request.range->second > 0) last = static_cast<double>(request.range->first + request.range->second - 1);
    }
    const int id = ++last_id_;
    understudy_fetch_start(id, request.url.c_str(), header_lines(request).c_str(), first, last);
    active_.emplace(id, std::move(transfer));
  }
}

void FetchClient::report_refused() {
  std::deque<std::pair<RequestId, Error>> refused;
  refused.swap(refused_);
  for (const auto& [id, error] : refused) observer_->on_done(id, error, HttpTiming{});
}

void FetchClient::arrived(Arrival&& arrival) {
  const auto* body = std::get_if<Body>(&arrival.what);
  if (active_.count(arrival.id) == 0) return;
  if (body != nullptr) {
    pending_bytes_ += body->bytes.size();
    if (pending_bytes_ > kMaxPendingBytes) {
      understudy_fetch_abort(arrival.id);
      arrival.what = Done{true, "more than 32 MiB arrived between two calls of iterate()"};
    }
  }
  arrivals_.push_back(std::move(arrival));
}

void FetchClient::deliver(const Arrival& arrival) {
  const auto found = active_.find(arrival.id);
  if (found == active_.end()) return;
  found->second.heard = now_;
  std::visit([&](const auto& what) { deliver(arrival.id, found->second, what); }, arrival.what);
}

void FetchClient::deliver(int id, Transfer& transfer, const Head& head) {
  HeaderFields fields;
  for (std::string_view rest = head.lines; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (fields.add_line(rest.substr(0, end))) break;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  HttpHead answer = fields.head();
  answer.final_url = head.final_url.empty() ? transfer.request.url : head.final_url;
  transfer.first_byte = now_;
  transfer.announced = answer.content_length;
  const std::uint64_t bound = transfer.request.max_body_bytes;
  if (const auto error = transfer.range.begin(transfer.request.range, answer, fields.range_begin(), bound))
    return end(id, *error, true);
  const std::uint64_t expected = answer.content_length.value_or(0);
  observer_->on_head(transfer.request.id, answer);
  if (active_.count(id) == 0) return;  // cancelled by the observer
  if (expected > bound) {
    end(id,
        Error{ErrorCode::response_too_large,
              "the body has " + std::to_string(expected) + " bytes, the bound is " + std::to_string(bound)},
        true);
  }
}

void FetchClient::deliver(int id, Transfer& transfer, const Body& body) {
  transfer.received += body.bytes.size();
  const auto bytes = transfer.range.cut(body.bytes);
  const std::uint64_t bound = transfer.request.max_body_bytes;
  if (transfer.body_bytes + bytes.size() > bound)
    return end(
        id, Error{ErrorCode::response_too_large, "the body exceeds its bound of " + std::to_string(bound) + " bytes"},
        true);
  transfer.body_bytes += bytes.size();
  if (!bytes.empty()) observer_->on_body(transfer.request.id, bytes);
  const auto found = active_.find(id);
  if (found != active_.end() && found->second.range.complete()) end(id, Error{}, true);
}

void FetchClient::deliver(int id, Transfer& transfer, const Done& done) {
  if (done.failed) return end(id, failure_of(transfer, done.message), false);
  const bool short_range = transfer.range.fell_short();
  end(id, short_range ? Error{ErrorCode::body_truncated, "the resource ends before the asked-for range does"} : Error{},
      false);
}

/// The browser tells that a request failed and not why; where it failed says more.
Error FetchClient::failure_of(const Transfer& transfer, const std::string& message) {
  if (!transfer.first_byte)
    return {ErrorCode::connect_failed, "refused, unreachable, or not allowed for this page (CORS): " + message};
  if (transfer.announced && transfer.received < *transfer.announced)
    return {ErrorCode::body_truncated, "the connection ended before the body did: " + message};
  return {ErrorCode::connection_reset, message};
}

Duration FetchClient::limit(const Transfer& transfer) {
  const Timeouts& t = transfer.request.timeouts;
  return transfer.first_byte ? t.body_stall : t.connect + t.first_byte;
}

void FetchClient::report_expired() {
  std::vector<int> expired;
  for (const auto& [id, transfer] : active_)
    if (now_ - transfer.heard >= limit(transfer)) expired.push_back(id);
  for (const int id : expired) {
    const auto found = active_.find(id);
    if (found == active_.end()) continue;
    const std::string ms = std::to_string(to_ms(limit(found->second))) + " ms";
    const bool in_body = found->second.first_byte.has_value();
    end(id,
        in_body ? Error{ErrorCode::body_stalled, "no byte of the body for " + ms}
                : Error{ErrorCode::first_byte_timeout, "no answer within " + ms},
        true);
  }
}

void FetchClient::end(int id, const Error& error, bool abort) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  const Transfer transfer = std::move(found->second);
  active_.erase(found);
  if (abort) understudy_fetch_abort(id);
  HttpTiming timing;
  if (transfer.first_byte) timing.first_byte = *transfer.first_byte - transfer.began;
  timing.total = now_ - transfer.began;
  timing.body_bytes = transfer.body_bytes;
  observer_->on_done(transfer.request.id, error, timing);
}

std::optional<Instant> FetchClient::next_deadline() const {
  if (!arrivals_.empty() || !refused_.empty() || (!waiting_.empty() && active_.size() < kMaxActive)) return now_;
  std::optional<Instant> next;
  for (const auto& [id, transfer] : active_) {
    const Instant at = transfer.heard + limit(transfer);
    if (!next || at < *next) next = at;
  }
  return next;
}

void tell(Arrival&& arrival) {
  if (FetchClient::current != nullptr) FetchClient::current->arrived(std::move(arrival));
}

}  // namespace
}  // namespace understudy::net

extern "C" {

void understudy_on_fetch_head(int id, const char* head, const char* final_url) {
  understudy::net::tell({id, understudy::net::Head{head, final_url}});
}
void understudy_on_fetch_body(int id, const std::uint8_t* bytes, int size) {
  understudy::net::tell({id, understudy::net::Body{std::vector<std::uint8_t>(bytes, bytes + size)}});
}
void understudy_on_fetch_done(int id, int failed, const char* message) {
  understudy::net::tell({id, understudy::net::Done{failed != 0, message}});
}
}

namespace understudy {

void HttpClientDeleter::operator()(net::HttpClient* client) const { delete client; }

HttpClientPtr make_fetch_client() { return HttpClientPtr(new net::FetchClient); }

}  // namespace understudy
