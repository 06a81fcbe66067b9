#include "core/loading/reasons.h"

namespace understudy::loading {

Reason reason_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::http_status:
      if (access_denied(error)) return Reason::access_denied;
      return error.http_status == 404 || error.http_status == 410 ? Reason::missing_segment : Reason::http_error;
    case ErrorCode::access_denied: return Reason::access_denied;
    case ErrorCode::resolve_failed:
    case ErrorCode::connect_failed:
    case ErrorCode::connect_timeout:
    case ErrorCode::tls_failed: return Reason::connect_failed;
    case ErrorCode::first_byte_timeout: return Reason::first_byte_timeout;
    case ErrorCode::body_stalled: return Reason::body_stalled;
    case ErrorCode::body_truncated: return Reason::truncated_segment;
    case ErrorCode::connection_reset: return Reason::reset;
    case ErrorCode::bad_media:
    case ErrorCode::unsupported_media: return Reason::corrupt_segment;
    case ErrorCode::decoder_unavailable:
    case ErrorCode::decode_failed: return Reason::decode_error;
    case ErrorCode::bad_playlist:
    case ErrorCode::limit_exceeded: return Reason::playlist_error;
    default: return Reason::connect_failed;
  }
}

Reason reason_of(hls::ResetReason reset) {
  switch (reset) {
    case hls::ResetReason::discontinuity_sequence_jumped: return Reason::discontinuity_jump;
    case hls::ResetReason::window_emptied: return Reason::window_emptied;
    default: return Reason::sequence_restart;
  }
}

Error error_of(hls::ResetReason reset) {
  const auto broken = [](const char* what) { return Error{ErrorCode::bad_playlist, what}; };
  switch (reset) {
    case hls::ResetReason::media_sequence_went_back: return broken("the media sequence went back");
    case hls::ResetReason::window_jumped: return broken("the window begins behind the segment that should have come next");
    case hls::ResetReason::segment_changed: return broken("a media sequence number names another segment than before");
    case hls::ResetReason::window_emptied: return broken("all segments are gone from the playlist");
    case hls::ResetReason::discontinuity_sequence_jumped: return broken("the discontinuity sequence jumped");
    case hls::ResetReason::none: break;
  }
  return broken("the playlist does not continue the one before");
}

bool access_denied(const Error& error) {
  return error.code == ErrorCode::access_denied ||
         (error.code == ErrorCode::http_status && (error.http_status == 401 || error.http_status == 403));
}

}  // namespace understudy::loading
