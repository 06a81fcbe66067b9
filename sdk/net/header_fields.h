// The response fields that the engine wants, out of a server's header lines. Pure; what cannot be understood counts as
// absent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http_client.h"

namespace understudy::net {

/// Collects one response's header block; a new status line starts over (redirects, 1xx). A field whose value has a control
/// character in it is as good as absent (RFC 9110 5.5): an ETag is sent back, and must not bring a line of its own.
class HeaderFields {
 public:
  /// One raw line, with or without its CR LF. Returns true when the line was the empty one that ends the block.
  bool add_line(std::string_view line);

  bool is_interim() const { return status_ < 200; }
  /// A redirect that the transport follows.
  bool is_redirect() const;
  bool is_content_encoded() const { return content_encoded_; }
  /// Everything but final_url.
  HttpHead head() const;
  /// First byte of a Content-Range, where there is one.
  std::optional<std::uint64_t> range_begin() const { return range_begin_; }

 private:
  void add_field(std::string_view name, std::string_view value);
  std::optional<Duration> retry_after() const;

  int status_ = 0;
  bool has_location_ = false;
  bool content_encoded_ = false;
  HttpHead head_;
  std::optional<std::uint64_t> range_begin_;
  std::string retry_after_;
  std::string date_;
};

}  // namespace understudy::net
