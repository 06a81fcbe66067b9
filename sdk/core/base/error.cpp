#include "understudy/error.h"

namespace understudy {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::none: return "none";
    case ErrorCode::internal: return "internal";
    case ErrorCode::invalid_config: return "invalid_config";
    case ErrorCode::unknown_id: return "unknown_id";
    case ErrorCode::access_denied: return "access_denied";
    case ErrorCode::no_source: return "no_source";
    case ErrorCode::not_playable_type: return "not_playable_type";
    case ErrorCode::resolve_failed: return "resolve_failed";
    case ErrorCode::connect_failed: return "connect_failed";
    case ErrorCode::connect_timeout: return "connect_timeout";
    case ErrorCode::tls_failed: return "tls_failed";
    case ErrorCode::first_byte_timeout: return "first_byte_timeout";
    case ErrorCode::body_stalled: return "body_stalled";
    case ErrorCode::body_truncated: return "body_truncated";
    case ErrorCode::connection_reset: return "connection_reset";
    case ErrorCode::http_status: return "http_status";
    case ErrorCode::response_too_large: return "response_too_large";
    case ErrorCode::bad_url: return "bad_url";
    case ErrorCode::too_many_redirects: return "too_many_redirects";
    case ErrorCode::cancelled: return "cancelled";
    case ErrorCode::transport_failed: return "transport_failed";
    case ErrorCode::bad_playlist: return "bad_playlist";
    case ErrorCode::bad_status_document: return "bad_status_document";
    case ErrorCode::bad_media: return "bad_media";
    case ErrorCode::unsupported_media: return "unsupported_media";
    case ErrorCode::bad_image: return "bad_image";
    case ErrorCode::limit_exceeded: return "limit_exceeded";
    case ErrorCode::stale_playlist: return "stale_playlist";
    case ErrorCode::missing_segment: return "missing_segment";
    case ErrorCode::bad_trace: return "bad_trace";
    case ErrorCode::decoder_unavailable: return "decoder_unavailable";
    case ErrorCode::decode_failed: return "decode_failed";
    case ErrorCode::video_output_failed: return "video_output_failed";
    case ErrorCode::audio_output_failed: return "audio_output_failed";
    case ErrorCode::file_output_failed: return "file_output_failed";
  }
  return "unknown";
}

}  // namespace understudy
