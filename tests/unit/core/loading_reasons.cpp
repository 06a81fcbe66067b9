#include <set>
#include <string>

#include "core/loading/reasons.h"
#include "support/catch.h"

using namespace understudy;
using loading::reason_of;

TEST_CASE("every error of a request is the reason that the table of detection bounds knows it by") {
  const auto reason = [](ErrorCode code) { return reason_of(Error{code, ""}); };
  for (const ErrorCode code :
       {ErrorCode::resolve_failed, ErrorCode::connect_failed, ErrorCode::connect_timeout, ErrorCode::tls_failed})
    CHECK(reason(code) == Reason::connect_failed);
  CHECK(reason(ErrorCode::first_byte_timeout) == Reason::first_byte_timeout);
  CHECK(reason(ErrorCode::body_stalled) == Reason::body_stalled);
  CHECK(reason(ErrorCode::body_truncated) == Reason::truncated_segment);
  CHECK(reason(ErrorCode::connection_reset) == Reason::reset);
  CHECK(reason(ErrorCode::bad_media) == Reason::corrupt_segment);
  CHECK(reason(ErrorCode::unsupported_media) == Reason::corrupt_segment);
  CHECK(reason(ErrorCode::decoder_unavailable) == Reason::decode_error);
  CHECK(reason(ErrorCode::decode_failed) == Reason::decode_error);
  CHECK(reason(ErrorCode::bad_playlist) == Reason::playlist_error);
  CHECK(reason(ErrorCode::limit_exceeded) == Reason::playlist_error);
  CHECK(reason(ErrorCode::access_denied) == Reason::access_denied);
}

TEST_CASE("of the HTTP statuses 401 and 403 deny access, 404 and 410 mean missing, the rest is an error") {
  const auto reason = [](int status) { return reason_of(Error{ErrorCode::http_status, "", status}); };
  CHECK(reason(401) == Reason::access_denied);
  CHECK(reason(403) == Reason::access_denied);
  CHECK(reason(404) == Reason::missing_segment);
  CHECK(reason(410) == Reason::missing_segment);
  CHECK(reason(400) == Reason::http_error);
  CHECK(reason(500) == Reason::http_error);
}

TEST_CASE("every break between two playlists has its reason and a text of its own") {
  using hls::ResetReason;
  CHECK(reason_of(ResetReason::discontinuity_sequence_jumped) == Reason::discontinuity_jump);
  CHECK(reason_of(ResetReason::window_emptied) == Reason::window_emptied);
  for (const ResetReason reset :
       {ResetReason::media_sequence_went_back, ResetReason::window_jumped, ResetReason::segment_changed})
    CHECK(reason_of(reset) == Reason::sequence_restart);
  std::set<std::string> texts;
  for (const ResetReason reset :
       {ResetReason::media_sequence_went_back, ResetReason::window_jumped, ResetReason::segment_changed,
        ResetReason::window_emptied, ResetReason::discontinuity_sequence_jumped, ResetReason::none}) {
    const Error error = loading::error_of(reset);
    CHECK(error.code == ErrorCode::bad_playlist);
    texts.insert(error.detail);
  }
  CHECK(texts.size() == 6);
}
