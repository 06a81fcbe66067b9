#include "understudy/curl_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <thread>
#include <utility>

#include "net/curl/transfer.h"
#include "net/http_client.h"

namespace understudy::net {
namespace {

constexpr std::size_t kMaxActive = 64;
constexpr std::size_t kMaxQueued = 256;
// Six requests a host run at once, whether they share a connection (HTTP/2) or not. We count instead of leaving it to
// libcurl, whose own queue would let the connect time-out of a waiting request run.
constexpr int kMaxActivePerHost = 6;
constexpr long kMaxIdleConnections = 16;

struct CurlMultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CurlUrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

std::string url_part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return {};
  std::string result(text);
  curl_free(text);
  return result;
}

/// "http://host:port", or nothing where it is not an http or https URL.
std::optional<std::string> host_key_of(const std::string& text) {
  const std::unique_ptr<CURLU, CurlUrlDeleter> url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return std::nullopt;
  const std::string scheme = url_part(url.get(), CURLUPART_SCHEME);
  const std::string host = url_part(url.get(), CURLUPART_HOST);
  if ((scheme != "http" && scheme != "https") || host.empty()) return std::nullopt;
  return scheme + "://" + host + ":" + url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

class CurlClient final : public HttpClient {
 public:
  explicit CurlClient(CurlOptions options) : options_(std::move(options)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
  }
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;
  ~CurlClient() override {
    for (auto& [id, transfer] : active_) curl_multi_remove_handle(multi_.get(), transfer->handle());
  }
  bool usable() const { return multi_ != nullptr; }

  void start(const HttpRequest& request) override;
  void cancel(RequestId id) override;
  void poll(HttpObserver& observer, Instant now) override;
  void wait(Duration timeout) override;
  void wake() override { curl_multi_wakeup(multi_.get()); }
  std::optional<Instant> next_deadline() const override;

 private:
  struct Refused {
    RequestId id;
    Error error;
  };

  void activate_waiting();
  bool activate(std::unique_ptr<Transfer>& transfer);
  void report_refused();
  void report_finished();
  void report_expired();
  void drop_cancelled();
  std::unique_ptr<Transfer> take(RequestId id);
  void finish(RequestId id, const Error& error);

  CurlOptions options_;
  std::unique_ptr<CURLM, CurlMultiDeleter> multi_;
  PollContext context_;
  std::map<RequestId, std::unique_ptr<Transfer>> active_;
  std::map<std::string, int> active_per_host_;
  std::deque<std::unique_ptr<Transfer>> waiting_;  // bounded by kMaxQueued
  std::deque<Refused> refused_;
};

void CurlClient::start(const HttpRequest& request) {
  auto host_key = host_key_of(request.url);
  if (!host_key) {
    refused_.push_back({request.id, Error{ErrorCode::bad_url, "not an http or https URL"}});
  } else if (waiting_.size() >= kMaxQueued) {
    refused_.push_back({request.id, Error{ErrorCode::limit_exceeded, "more than 256 requests are waiting"}});
  } else {
    waiting_.push_back(std::make_unique<Transfer>(request, std::move(*host_key), context_));
  }
}

void CurlClient::cancel(RequestId id) {
  std::erase_if(waiting_, [id](const auto& transfer) { return transfer->id() == id; });
  std::erase_if(refused_, [id](const Refused& refused) { return refused.id == id; });
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  found->second->mark_cancelled();
  if (context_.observer == nullptr)
    take(id);  // inside poll() libcurl may be running it: dropped at the end of that poll
}

void CurlClient::poll(HttpObserver& observer, Instant now) {
  context_ = {&observer, std::max(now, context_.now)};
  report_refused();
  activate_waiting();
  for (auto& [id, transfer] : active_) transfer->note_polled();
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  report_finished();
  report_expired();
  drop_cancelled();
  context_.observer = nullptr;
}

void CurlClient::activate_waiting() {
  for (auto it = waiting_.begin(); it != waiting_.end() && active_.size() < kMaxActive;) {
    int& count = active_per_host_[(*it)->host_key()];
    if (count >= kMaxActivePerHost) {
      ++it;
      continue;
    }
    std::unique_ptr<Transfer> transfer = std::move(*it);
    it = waiting_.erase(it);
    const RequestId id = transfer->id();
    if (activate(transfer)) {
      ++count;
    } else {
      context_.observer->on_done(id, Error{ErrorCode::transport_failed, "libcurl refused the request"}, HttpTiming{});
      it = waiting_.begin();  // the observer may have changed the queue
    }
  }
}

bool CurlClient::activate(std::unique_ptr<Transfer>& transfer) {
  if (!transfer->prepare(options_.user_agent, options_.ca_file)) return false;
  if (curl_multi_add_handle(multi_.get(), transfer->handle()) != CURLM_OK) return false;
  const RequestId id = transfer->id();
  active_[id] = std::move(transfer);
  return true;
}

void CurlClient::report_refused() {
  std::deque<Refused> refused;
  refused.swap(refused_);
  for (const Refused& entry : refused) context_.observer->on_done(entry.id, entry.error, HttpTiming{});
}

void CurlClient::report_finished() {
  std::deque<std::pair<RequestId, CURLcode>> finished;
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finished.emplace_back(transfer->id(), message->data.result);
  }
  for (const auto& entry : finished) {
    const auto found = active_.find(entry.first);
    if (found != active_.end()) finish(entry.first, found->second->error_of(entry.second));
  }
}

void CurlClient::report_expired() {
  std::deque<std::pair<RequestId, Error>> expired;
  for (const auto& [id, transfer] : active_) {
    if (auto error = transfer->expired()) expired.emplace_back(id, std::move(*error));
  }
  for (const auto& entry : expired) finish(entry.first, entry.second);
}

void CurlClient::drop_cancelled() {
  std::deque<RequestId> cancelled;
  for (const auto& [id, transfer] : active_) {
    if (transfer->cancelled()) cancelled.push_back(id);
  }
  for (const RequestId id : cancelled) take(id);
}

/// Out of libcurl and out of the books. An unfinished HTTP/1 connection is closed by it.
std::unique_ptr<Transfer> CurlClient::take(RequestId id) {
  const auto found = active_.find(id);
  if (found == active_.end()) return nullptr;
  std::unique_ptr<Transfer> transfer = std::move(found->second);
  active_.erase(found);
  const auto host = active_per_host_.find(transfer->host_key());
  if (host != active_per_host_.end() && --host->second <= 0) active_per_host_.erase(host);
  curl_multi_remove_handle(multi_.get(), transfer->handle());
  return transfer;
}

void CurlClient::finish(RequestId id, const Error& error) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  const bool cancelled = found->second->cancelled();
  const HttpTiming timing = found->second->timing();
  take(id);
  if (!cancelled) context_.observer->on_done(id, error, timing);
}

void CurlClient::wait(Duration timeout) {
  if (!refused_.empty() || timeout <= Duration::zero()) return;
  const bool can_activate = std::any_of(waiting_.begin(), waiting_.end(), [this](const auto& transfer) {
    const auto host = active_per_host_.find(transfer->host_key());
    return active_.size() < kMaxActive && (host == active_per_host_.end() || host->second < kMaxActivePerHost);
  });
  if (can_activate) return;
  if (timeout < from_ms(1)) {  // libcurl counts in milliseconds; a wake() may be this much late
    std::this_thread::sleep_for(timeout);
    return;
  }
  const auto ms = std::min<std::int64_t>(to_ms(timeout), 60'000);
  curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(ms), nullptr);
}

std::optional<Instant> CurlClient::next_deadline() const {
  std::optional<Instant> next;
  for (const auto& [id, transfer] : active_) {
    const auto at = transfer->deadline();
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

/// Once per process, and never undone: other users of libcurl may be alive.
bool libcurl_started() {
  static const bool ok = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return ok;
}

}  // namespace
}  // namespace understudy::net

namespace understudy {

void HttpClientDeleter::operator()(net::HttpClient* client) const { delete client; }

HttpClientPtr make_curl_client(const CurlOptions& options) {
  if (!net::libcurl_started()) return nullptr;
  auto client = std::make_unique<net::CurlClient>(options);
  if (!client->usable()) return nullptr;
  return HttpClientPtr(client.release());
}

}  // namespace understudy
