// The fields of everything that a trace holds, each type once, for writing and for reading. Private to trace/.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "core/session/io.h"
#include "understudy/config.h"

namespace understudy::trace {

template <class T, class M>
struct Field {
  std::string_view name;
  M T::*member;
};
template <class T, class M>
constexpr Field<T, M> field(std::string_view name, M T::*member) {
  return {name, member};
}

template <class... Fields>
struct Shape {
  std::string_view name;  // of the line; empty for types that only stand inside others
  std::tuple<Fields...> fields;
};
template <class... Fields>
constexpr Shape<Fields...> shape(std::string_view name, Fields... fields) {
  return {name, std::tuple<Fields...>(fields...)};
}

/// Specialised below for every struct; a type without a shape is a leaf.
template <class T>
inline constexpr int kShape = 0;

// ---- inside others ------------------------------------------------------------------------------------------------------------

template <>
inline constexpr auto kShape<Error> =
    shape("", field("code", &Error::code), field("detail", &Error::detail), field("http_status", &Error::http_status));
template <>
inline constexpr auto kShape<hls::ByteRange> =
    shape("", field("offset", &hls::ByteRange::offset), field("length", &hls::ByteRange::length));
template <>
inline constexpr auto kShape<loading::Timeouts> =
    shape("", field("connect", &loading::Timeouts::connect), field("first_byte", &loading::Timeouts::first_byte),
          field("body_stall", &loading::Timeouts::body_stall));
template <>
inline constexpr auto kShape<loading::SegmentTarget> = shape(
    "", field("source", &loading::SegmentTarget::source), field("epoch", &loading::SegmentTarget::epoch),
    field("stream", &loading::SegmentTarget::stream), field("msn", &loading::SegmentTarget::msn),
    field("discontinuity_sequence", &loading::SegmentTarget::discontinuity_sequence),
    field("discontinuity", &loading::SegmentTarget::discontinuity), field("init", &loading::SegmentTarget::init),
    field("resume_at", &loading::SegmentTarget::resume_at));
template <>
inline constexpr auto kShape<session::SourceBuffer> =
    shape("", field("source", &session::SourceBuffer::source), field("good_until", &session::SourceBuffer::good_until),
          field("planned_splice", &session::SourceBuffer::planned_splice),
          field("splice_ready", &session::SourceBuffer::splice_ready),
          field("decode_permille", &session::SourceBuffer::decode_permille));
template <>
inline constexpr auto kShape<SourceInfo> =
    shape("", field("id", &SourceInfo::id), field("name", &SourceInfo::name), field("state", &SourceInfo::state),
          field("lag_ms", &SourceInfo::lag_ms), field("skew_ms", &SourceInfo::skew_ms));
template <>
inline constexpr auto kShape<SwitchFacts> =
    shape("", field("content_time", &SwitchFacts::content_time), field("detect_ms", &SwitchFacts::detect_ms),
          field("prepare_ms", &SwitchFacts::prepare_ms), field("commit_ms", &SwitchFacts::commit_ms),
          field("buffer_ms", &SwitchFacts::buffer_ms), field("gap_ms", &SwitchFacts::gap_ms),
          field("frames_lost", &SwitchFacts::frames_lost), field("frames_repeated", &SwitchFacts::frames_repeated),
          field("alignment", &SwitchFacts::alignment), field("error_bound_ms", &SwitchFacts::error_bound_ms));
template <>
inline constexpr auto kShape<PlainSource> = shape("", field("name", &PlainSource::name), field("url", &PlainSource::url));
template <>
inline constexpr auto kShape<Policy> = shape(
    "", field("poll_ms", &Policy::poll_ms), field("startup_timeout_ms", &Policy::startup_timeout_ms),
    field("startup_hedge_ms", &Policy::startup_hedge_ms), field("start_on_fallback", &Policy::start_on_fallback),
    field("target_live_offset_ms", &Policy::target_live_offset_ms), field("max_live_offset_ms", &Policy::max_live_offset_ms),
    field("loss_threshold_ms", &Policy::loss_threshold_ms), field("hedge_budget_percent", &Policy::hedge_budget_percent),
    field("penalty_ms", &Policy::penalty_ms), field("max_hold_ms", &Policy::max_hold_ms),
    field("probe_min_ms", &Policy::probe_min_ms), field("probe_max_ms", &Policy::probe_max_ms),
    field("recovery", &Policy::recovery), field("clear_ms", &Policy::clear_ms), field("max_clear_ms", &Policy::max_clear_ms),
    field("voluntary_switches", &Policy::voluntary_switches), field("failback_spread_ms", &Policy::failback_spread_ms),
    field("auto_restart", &Policy::auto_restart), field("keep_fallback_on_timeout", &Policy::keep_fallback_on_timeout),
    field("standby", &Policy::standby), field("hot_members", &Policy::hot_members), field("mode", &Policy::mode));
template <>
inline constexpr auto kShape<SessionConfig> = shape(
    "", field("status_url", &SessionConfig::status_url), field("plain_sources", &SessionConfig::plain_sources),
    field("last_known_document", &SessionConfig::last_known_document),
    field("policy_override", &SessionConfig::policy_override), field("seed", &SessionConfig::seed),
    field("default_announcement", &SessionConfig::default_announcement),
    field("max_bandwidth", &SessionConfig::max_bandwidth), field("event_log_capacity", &SessionConfig::event_log_capacity));

// ---- inputs -------------------------------------------------------------------------------------------------------------------

template <>
inline constexpr auto kShape<session::Tick> = shape("tick");
template <>
inline constexpr auto kShape<loading::FetchDone> = shape(
    "fetch_done", field("id", &loading::FetchDone::id), field("error", &loading::FetchDone::error),
    field("status", &loading::FetchDone::status), field("final_url", &loading::FetchDone::final_url),
    field("etag", &loading::FetchDone::etag), field("retry_after", &loading::FetchDone::retry_after),
    field("max_age", &loading::FetchDone::max_age), field("age", &loading::FetchDone::age),
    field("connect", &loading::FetchDone::connect), field("first_byte", &loading::FetchDone::first_byte),
    field("total", &loading::FetchDone::total), field("body_bytes", &loading::FetchDone::body_bytes),
    field("body", &loading::FetchDone::body));
template <>
inline constexpr auto kShape<loading::FetchProgress> =
    shape("fetch_progress", field("id", &loading::FetchProgress::id), field("bytes", &loading::FetchProgress::bytes),
          field("content_length", &loading::FetchProgress::content_length));
template <>
inline constexpr auto kShape<loading::SegmentOpened> =
    shape("segment_opened", field("source", &loading::SegmentOpened::source), field("epoch", &loading::SegmentOpened::epoch),
          field("stream", &loading::SegmentOpened::stream), field("msn", &loading::SegmentOpened::msn),
          field("first_pts", &loading::SegmentOpened::first_pts));
template <>
inline constexpr auto kShape<loading::SegmentClosed> =
    shape("segment_closed", field("source", &loading::SegmentClosed::source), field("epoch", &loading::SegmentClosed::epoch),
          field("stream", &loading::SegmentClosed::stream), field("msn", &loading::SegmentClosed::msn),
          field("good", &loading::SegmentClosed::good), field("error", &loading::SegmentClosed::error));
template <>
inline constexpr auto kShape<session::MediaState> =
    shape("media_state", field("playing", &session::MediaState::playing), field("stalled", &session::MediaState::stalled),
          field("playhead", &session::MediaState::playhead), field("output_latency", &session::MediaState::output_latency),
          field("sources", &session::MediaState::sources));
template <>
inline constexpr auto kShape<session::MediaDamaged> =
    shape("media_damaged", field("source", &session::MediaDamaged::source),
          field("content_time", &session::MediaDamaged::content_time), field("error", &session::MediaDamaged::error));
template <>
inline constexpr auto kShape<session::FirstFrame> = shape(
    "first_frame", field("source", &session::FirstFrame::source), field("content_time", &session::FirstFrame::content_time));
template <>
inline constexpr auto kShape<session::Switched> =
    shape("switched", field("from", &session::Switched::from), field("to", &session::Switched::to),
          field("content_time", &session::Switched::content_time), field("gap", &session::Switched::gap),
          field("frames_lost", &session::Switched::frames_lost),
          field("frames_repeated", &session::Switched::frames_repeated));
template <>
inline constexpr auto kShape<session::Aligned> =
    shape("aligned", field("source", &session::Aligned::source), field("against", &session::Aligned::against),
          field("clear", &session::Aligned::clear), field("skew", &session::Aligned::skew),
          field("error_bound", &session::Aligned::error_bound));
template <>
inline constexpr auto kShape<session::Stalled> = shape("stalled");
template <>
inline constexpr auto kShape<session::Resumed> = shape("resumed", field("gap", &session::Resumed::gap));
template <>
inline constexpr auto kShape<session::PlayedOut> = shape("played_out", field("source", &session::PlayedOut::source));
template <>
inline constexpr auto kShape<session::SetPaused> = shape("set_paused", field("paused", &session::SetPaused::paused));
template <>
inline constexpr auto kShape<session::SwitchTo> = shape("switch_to", field("to", &session::SwitchTo::to));
template <>
inline constexpr auto kShape<session::EndSession> = shape("end_session");

// ---- outputs ------------------------------------------------------------------------------------------------------------------

template <>
inline constexpr auto kShape<loading::Fetch> =
    shape("fetch", field("id", &loading::Fetch::id), field("purpose", &loading::Fetch::purpose),
          field("source", &loading::Fetch::source), field("url", &loading::Fetch::url), field("range", &loading::Fetch::range),
          field("if_none_match", &loading::Fetch::if_none_match), field("timeouts", &loading::Fetch::timeouts),
          field("max_body_bytes", &loading::Fetch::max_body_bytes), field("segment", &loading::Fetch::segment));
template <>
inline constexpr auto kShape<loading::CancelFetch> = shape("cancel_fetch", field("id", &loading::CancelFetch::id));
template <>
inline constexpr auto kShape<loading::OpenSource> =
    shape("open_source", field("source", &loading::OpenSource::source), field("epoch", &loading::OpenSource::epoch),
          field("separate_audio", &loading::OpenSource::separate_audio));
template <>
inline constexpr auto kShape<loading::CloseSource> = shape("close_source", field("source", &loading::CloseSource::source));
template <>
inline constexpr auto kShape<loading::OpenDirect> =
    shape("open_direct", field("source", &loading::OpenDirect::source), field("epoch", &loading::OpenDirect::epoch),
          field("url", &loading::OpenDirect::url));
template <>
inline constexpr auto kShape<loading::Anchor> =
    shape("anchor", field("source", &loading::Anchor::source), field("epoch", &loading::Anchor::epoch),
          field("discontinuity_sequence", &loading::Anchor::discontinuity_sequence), field("offset", &loading::Anchor::offset));
template <>
inline constexpr auto kShape<loading::AbandonSegment> =
    shape("abandon_segment", field("segment", &loading::AbandonSegment::segment));
template <>
inline constexpr auto kShape<loading::EndOfStream> = shape("end_of_stream", field("source", &loading::EndOfStream::source),
                                                           field("epoch", &loading::EndOfStream::epoch));
template <>
inline constexpr auto kShape<session::StartPlayback> =
    shape("start_playback", field("source", &session::StartPlayback::source), field("from", &session::StartPlayback::from));
template <>
inline constexpr auto kShape<session::Prepare> = shape("prepare", field("source", &session::Prepare::source));
template <>
inline constexpr auto kShape<session::StandBy> = shape("stand_by", field("source", &session::StandBy::source));
template <>
inline constexpr auto kShape<session::CancelPrepare> =
    shape("cancel_prepare", field("source", &session::CancelPrepare::source));
template <>
inline constexpr auto kShape<session::Splice> = shape("splice", field("to", &session::Splice::to));
template <>
inline constexpr auto kShape<session::StopMedia> = shape("stop_media");
template <>
inline constexpr auto kShape<session::PauseMedia> = shape("pause_media", field("paused", &session::PauseMedia::paused));
template <>
inline constexpr auto kShape<session::SetRate> = shape("set_rate", field("ppm", &session::SetRate::ppm));
template <>
inline constexpr auto kShape<session::PosterLoaded> = shape("poster_loaded", field("body", &session::PosterLoaded::body));
template <>
inline constexpr auto kShape<Event> = shape(
    "event", field("sequence", &Event::sequence), field("type", &Event::type), field("at", &Event::at),
    field("wall", &Event::wall), field("reason", &Event::reason), field("source", &Event::source), field("from", &Event::from),
    field("sources", &Event::sources), field("switch_facts", &Event::switch_facts), field("error", &Event::error),
    field("detail", &Event::detail));
template <>
inline constexpr auto kShape<session::Deadline> =
    shape("deadline", field("at", &session::Deadline::at), field("reason", &session::Deadline::reason));

}  // namespace understudy::trace
