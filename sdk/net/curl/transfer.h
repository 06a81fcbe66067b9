// One request on its libcurl handle. Private to sdk/net/curl.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "net/header_fields.h"
#include "net/http_client.h"
#include "net/range_cut.h"

namespace understudy::net {

struct CurlEasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CurlListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// What all transfers of a client share during one poll(): whom to call, and when it is.
struct PollContext {
  HttpObserver* observer = nullptr;
  Instant now{};
};

class Transfer {
 public:
  Transfer(HttpRequest request, std::string host_key, PollContext& context);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Makes the handle ready for curl_multi_add_handle. False: libcurl has no memory.
  bool prepare(const std::string& user_agent, const std::string& ca_file);
  CURL* handle() const { return handle_.get(); }
  RequestId id() const { return request_.id; }
  const std::string& host_key() const { return host_key_; }

  /// The clock starts with the first poll() that sees the transfer.
  void note_polled();
  /// The step's time-out as an error, where it has passed.
  std::optional<Error> expired() const;
  std::optional<Instant> deadline() const;

  /// Nothing is reported any more; set from inside a callback, where libcurl forbids removing the handle.
  void mark_cancelled() { cancelled_ = true; }
  bool cancelled() const { return cancelled_; }

  /// libcurl's result as ours; none: the whole body arrived.
  Error error_of(CURLcode code) const;
  HttpTiming timing() const;

 private:
  enum class Step { waiting, connecting, first_byte, body };

  static std::size_t on_header_line(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_bytes(char* data, std::size_t size, std::size_t count, void* self);
  static int on_connected(void* self, char*, char*, int, int);

  bool accept_header_line(std::string_view line);
  bool accept_head();
  bool accept_bytes(std::span<const std::uint8_t> bytes);
  bool stop_with(ErrorCode code, std::string detail);
  void enter(Step step);
  Duration limit() const;
  bool set_options(const std::string& user_agent, const std::string& ca_file);
  bool set_headers();

  HttpRequest request_;
  std::string host_key_;
  PollContext& context_;
  std::unique_ptr<CURL, CurlEasyDeleter> handle_;
  std::unique_ptr<curl_slist, CurlListDeleter> header_list_;
  std::string accept_encoding_;

  Step step_ = Step::waiting;
  Instant step_began_{};  // of a body: when its last byte came
  HeaderFields fields_;
  bool head_reported_ = false;
  bool cancelled_ = false;
  std::size_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;    // handed to the observer
  RangeCut range_cut_;
  std::optional<Error> own_error_;  // why a callback refused to go on
};

}  // namespace understudy::net
