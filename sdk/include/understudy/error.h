// Errors are values. Codes come in numbered families and are stable: apps and reports store them.
#pragma once

#include <string>
#include <string_view>

namespace understudy {

enum class ErrorCode : int {
  none = 0,
  // 1xxx session
  internal = 1000,            // a broken invariant of ours; the session ends, the process does not
  invalid_config = 1001,      // a policy field, flag or argument is out of its range
  unknown_id = 1002,          // the status service does not know the requested id (404 at the start)
  access_denied = 1003,       // 401 or 403
  no_source = 1004,           // nothing to play: no primary URL is known
  not_playable_type = 1005,   // a member of a type that this build cannot play
  // 2xxx transport and HTTP
  resolve_failed = 2000,
  connect_failed = 2001,      // refused or unreachable
  connect_timeout = 2002,
  tls_failed = 2003,
  first_byte_timeout = 2004,
  body_stalled = 2005,        // no byte for longer than the limit
  body_truncated = 2006,      // the connection ended before the announced length
  connection_reset = 2007,
  http_status = 2008,         // see Error::http_status
  response_too_large = 2009,
  bad_url = 2010,             // a scheme other than http and https, or not a URL
  too_many_redirects = 2011,
  cancelled = 2012,
  transport_failed = 2099,    // any other failure below HTTP
  // 3xxx parsing
  bad_playlist = 3000,
  bad_status_document = 3001,
  bad_media = 3002,           // container bytes that cannot be demuxed
  unsupported_media = 3003,   // well-formed, but encrypted or of a codec that this build has no decoder for
  bad_image = 3004,
  limit_exceeded = 3005,      // a size, depth, count or duration beyond our bound
  stale_playlist = 3006,
  missing_segment = 3007,
  bad_trace = 3008,           // a text that is not a trace of this version
  // 4xxx decoding
  decoder_unavailable = 4000,
  decode_failed = 4001,
  // 5xxx output devices
  video_output_failed = 5000,
  audio_output_failed = 5001,
  file_output_failed = 5002,
};

/// The code's stable name, e.g. "first_byte_timeout"; static storage.
std::string_view to_string(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::none;
  std::string detail;   // one line for a person; names the place ("line 12: …"); never a secret (URLs are redacted)
  int http_status = 0;  // where code is http_status, unknown_id or access_denied; else 0

  friend bool operator==(const Error&, const Error&) = default;
};

}  // namespace understudy
