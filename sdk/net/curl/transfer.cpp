#include "net/curl/transfer.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace understudy::net {
namespace {

constexpr long kMaxRedirects = 5;
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;  // over all hops; libcurl bounds a single line only
constexpr long kReceiveBuffer = 64 * 1024;

bool is_accept_encoding(std::string_view name) {
  constexpr std::string_view kName = "accept-encoding";
  return name.size() == kName.size() && std::equal(name.begin(), name.end(), kName.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
         });
}

/// A line break inside a field would let whoever named it write fields of his own.
bool is_safe_field(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

bool is_loopback(const std::string& host_key) {
  const std::size_t begin = host_key.find("://");
  const std::string_view host = std::string_view(host_key).substr(begin == std::string::npos ? 0 : begin + 3);
  return host.substr(0, 10) == "localhost:" || host.substr(0, 4) == "127." || host.substr(0, 6) == "[::1]:";
}

ErrorCode code_of(CURLcode code) {
  switch (code) {
    case CURLE_OK: return ErrorCode::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return ErrorCode::resolve_failed;
    case CURLE_COULDNT_CONNECT: return ErrorCode::connect_failed;
    case CURLE_OPERATION_TIMEDOUT: return ErrorCode::connect_timeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return ErrorCode::tls_failed;
    case CURLE_PARTIAL_FILE: return ErrorCode::body_truncated;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2_STREAM: return ErrorCode::connection_reset;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return ErrorCode::bad_url;
    case CURLE_TOO_MANY_REDIRECTS: return ErrorCode::too_many_redirects;
    case CURLE_FILESIZE_EXCEEDED: return ErrorCode::response_too_large;
    default: return ErrorCode::transport_failed;
  }
}

Duration microseconds_of(CURL* handle, CURLINFO info) {
  curl_off_t value = 0;
  curl_easy_getinfo(handle, info, &value);
  return std::chrono::microseconds(value);
}

}  // namespace

Transfer::Transfer(HttpRequest request, std::string host_key, PollContext& context)
    : request_(std::move(request)), host_key_(std::move(host_key)), context_(context) {}

bool Transfer::prepare(const std::string& user_agent, const std::string& ca_file) {
  handle_.reset(curl_easy_init());
  return handle_ && set_headers() && set_options(user_agent, ca_file);
}

bool Transfer::set_headers() {
  for (const auto& [name, value] : request_.headers) {
    if (!is_safe_field(name) || !is_safe_field(value)) continue;
    if (is_accept_encoding(name)) {  // libcurl must know, or it would hand out the encoded bytes
      accept_encoding_ = value;
      continue;
    }
    curl_slist* longer = curl_slist_append(header_list_.get(), (name + ": " + value).c_str());
    if (longer == nullptr) return false;
    header_list_.release();
    header_list_.reset(longer);
  }
  return true;
}

bool Transfer::set_options(const std::string& user_agent, const std::string& ca_file) {
  CURL* h = handle_.get();
  bool ok = curl_easy_setopt(h, CURLOPT_URL, request_.url.c_str()) == CURLE_OK;
#if LIBCURL_VERSION_NUM >= 0x075500
  ok = ok && curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
  ok = ok && curl_easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK;
#else
  ok = ok && curl_easy_setopt(h, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS) == CURLE_OK;
  ok = ok && curl_easy_setopt(h, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS) == CURLE_OK;
#endif
  if (!ok) return false;
  curl_easy_setopt(h, CURLOPT_PRIVATE, this);
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(h, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(h, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(h, CURLOPT_USERAGENT, user_agent.c_str());
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) curl_easy_setopt(h, CURLOPT_CAINFO, ca_file.c_str());
  if (is_loopback(host_key_)) curl_easy_setopt(h, CURLOPT_PROXY, "");
  if (header_list_) curl_easy_setopt(h, CURLOPT_HTTPHEADER, header_list_.get());
  if (!accept_encoding_.empty()) curl_easy_setopt(h, CURLOPT_ACCEPT_ENCODING, accept_encoding_.c_str());
  if (request_.range) {
    const auto [first, length] = *request_.range;
    const std::string last = length == 0 ? "" : std::to_string(first + length - 1);
    curl_easy_setopt(h, CURLOPT_RANGE, (std::to_string(first) + "-" + last).c_str());
  }
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, &Transfer::on_header_line);
  curl_easy_setopt(h, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  curl_easy_setopt(h, CURLOPT_PREREQDATA, this);
  return true;
}

void Transfer::enter(Step step) {
  step_ = step;
  step_began_ = context_.now;
}

void Transfer::note_polled() {
  if (step_ == Step::waiting) enter(Step::connecting);
}

Duration Transfer::limit() const {
  switch (step_) {
    case Step::waiting: return Duration::max();
    case Step::connecting: return request_.timeouts.connect;
    case Step::first_byte: return request_.timeouts.first_byte;
    case Step::body: return request_.timeouts.body_stall;
  }
  return Duration::max();
}

std::optional<Instant> Transfer::deadline() const {
  if (step_ == Step::waiting) return std::nullopt;
  return step_began_ + limit();
}

std::optional<Error> Transfer::expired() const {
  const auto at = deadline();
  if (!at || context_.now < *at) return std::nullopt;
  const std::string ms = std::to_string(to_ms(limit())) + " ms";
  switch (step_) {
    case Step::connecting: return Error{ErrorCode::connect_timeout, "no connection within " + ms};
    case Step::first_byte: return Error{ErrorCode::first_byte_timeout, "no answer within " + ms};
    default: return Error{ErrorCode::body_stalled, "no byte of the body for " + ms};
  }
}

int Transfer::on_connected(void* self, char*, char*, int, int) {
  static_cast<Transfer*>(self)->enter(Step::first_byte);
  return CURL_PREREQFUNC_OK;
}

std::size_t Transfer::on_header_line(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t length = size * count;
  const bool go_on = static_cast<Transfer*>(self)->accept_header_line(std::string_view(data, length));
  return go_on ? length : 0;
}

bool Transfer::accept_header_line(std::string_view line) {
  if (cancelled_) return false;
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes)
    return stop_with(ErrorCode::response_too_large, "more than 256 KiB of header fields");
  if (head_reported_) return true;  // trailers
  if (!fields_.add_line(line)) return true;
  if (fields_.is_interim()) return true;
  if (fields_.is_redirect()) {
    enter(Step::connecting);
    return true;
  }
  return accept_head();
}

bool Transfer::accept_head() {
  head_reported_ = true;
  enter(Step::body);
  HttpHead head = fields_.head();
  const char* url = nullptr;
  curl_easy_getinfo(handle_.get(), CURLINFO_EFFECTIVE_URL, &url);
  head.final_url = url == nullptr ? request_.url : std::string(url);
  if (auto error = range_cut_.begin(request_.range, head, fields_.range_begin(), request_.max_body_bytes)) {
    own_error_ = std::move(error);
    return false;
  }
  context_.observer->on_head(request_.id, head);
  if (cancelled_) return false;
  const std::uint64_t expected = head.content_length.value_or(0);
  if (expected > request_.max_body_bytes) {
    return stop_with(
        ErrorCode::response_too_large,
        "the body has " + std::to_string(expected) + " bytes, the bound is " + std::to_string(request_.max_body_bytes));
  }
  return true;
}

std::size_t Transfer::on_bytes(char* data, std::size_t size, std::size_t count, void* self) {
  const std::size_t length = size * count;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(data);
  return static_cast<Transfer*>(self)->accept_bytes({bytes, length}) ? length : 0;
}

bool Transfer::accept_bytes(std::span<const std::uint8_t> bytes) {
  if (cancelled_) return false;
  // libcurl takes a status line such as "HTTP/1.1 13? Odd" for a final answer; to us it is none.
  if (!head_reported_) return stop_with(ErrorCode::transport_failed, "a body came behind a header that is no answer");
  step_began_ = context_.now;
  bytes = range_cut_.cut(bytes);
  if (body_bytes_ + bytes.size() > request_.max_body_bytes) {
    return stop_with(ErrorCode::response_too_large,
                     "the body exceeds its bound of " + std::to_string(request_.max_body_bytes) + " bytes");
  }
  body_bytes_ += bytes.size();
  if (!bytes.empty()) context_.observer->on_body(request_.id, bytes);
  return !cancelled_ && !range_cut_.complete();
}

bool Transfer::stop_with(ErrorCode code, std::string detail) {
  own_error_ = Error{code, std::move(detail)};
  return false;
}

Error Transfer::error_of(CURLcode code) const {
  if (own_error_) return *own_error_;
  if (range_cut_.complete()) return Error{};
  // A connection that closes within the header block is a good end for libcurl.
  if (code == CURLE_OK && !head_reported_) return Error{ErrorCode::body_truncated, "the answer ended before its header did"};
  if (code == CURLE_OK) {
    return range_cut_.fell_short()
               ? Error{ErrorCode::body_truncated, "the resource ends before the asked-for range does"}
               : Error{};
  }
  Error error{code_of(code), curl_easy_strerror(code)};
  long os_error = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &os_error);
  if (error.code == ErrorCode::body_truncated && os_error == ECONNRESET) error.code = ErrorCode::connection_reset;
  // libcurl's name for an answer that is not HTTP, too.
  if (code == CURLE_UNSUPPORTED_PROTOCOL && step_ == Step::first_byte) error.code = ErrorCode::transport_failed;
  return error;
}

HttpTiming Transfer::timing() const {
  CURL* h = handle_.get();
  HttpTiming timing;
  long connects = 0;
  curl_easy_getinfo(h, CURLINFO_NUM_CONNECTS, &connects);
  timing.reused_connection = head_reported_ && connects == 0;
  if (!timing.reused_connection) {
    timing.connect =
        std::max(microseconds_of(h, CURLINFO_CONNECT_TIME_T), microseconds_of(h, CURLINFO_APPCONNECT_TIME_T));
  }
  timing.first_byte = microseconds_of(h, CURLINFO_STARTTRANSFER_TIME_T);
  timing.total = microseconds_of(h, CURLINFO_TOTAL_TIME_T);
  timing.body_bytes = body_bytes_;
  return timing;
}

}  // namespace understudy::net
