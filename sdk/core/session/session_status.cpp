// The status path of Session: polls, documents, what an app gave instead, the poster.
#include "core/loading/constants.h"
#include "core/loading/reasons.h"
#include "core/session/session.h"

namespace understudy::session {

namespace {
constexpr std::uint64_t kMaxPosterBytes = 8u << 20;
// A poll that takes longer is as good as failed; the next one asks again.
constexpr loading::Timeouts kStatusTimeouts{from_ms(2000), from_ms(3000), from_ms(2000)};
}  // namespace

void Session::begin() {
  begun_ = true;
  if (config_.status_url.empty()) {
    poller_.stop();
    start_from_what_the_app_gave();
  }
}

void Session::start_from_what_the_app_gave() {
  if (!group_.empty()) return;
  if (!config_.last_known_document.empty()) {
    if (auto document = status::parse_document(config_.last_known_document)) return adopt(std::move(*document));
  }
  if (!config_.plain_sources.empty()) group_.adopt(config_.plain_sources, policy_, config_);
}

void Session::poll_status() {
  loading::Fetch fetch;
  fetch.id = outbox_.next_request();
  fetch.purpose = loading::Purpose::status;
  fetch.url = config_.status_url;
  fetch.if_none_match = etag_;
  fetch.timeouts = kStatusTimeouts;
  fetch.max_body_bytes = status::kMaxDocumentBytes;
  poll_request_ = fetch.id;
  if (status_reachable_ || last_answer_ > poll_sent_) poll_sent_ = now_;
  poller_.started(now_);
  outbox_.push(std::move(fetch));
}

void Session::on_status(const loading::FetchDone& done) {
  poll_request_.reset();
  const bool not_modified = done.error.code == ErrorCode::none && done.status == 304 && document_;
  status::PollOutcome outcome;
  outcome.retry_after = done.retry_after;
  if (not_modified) {
    outcome.ok = true;
    refused_ = false;
  } else if (!done.ok()) {
    const bool final_answer = done.status == 404 || done.status == 401 || done.status == 403;
    on_status_failed(done.failure(), final_answer);
  } else if (auto document = status::parse_document(done.body); !document) {
    on_status_failed(document.error(), false);
  } else {
    outcome.ok = true;
    etag_ = done.etag;
    refused_ = false;
    adopt(std::move(*document));
  }
  status_reachable_ = done.error.code == ErrorCode::none;  // any answer at all: the network is there
  last_poll_done_ = now_;
  outcome.ttl_ms = document_ ? document_->ttl_ms : 0;
  // The document that starts a stopped player again is followed by polls at the usual rate.
  const bool restarts = policy_.auto_restart && !stop_reason_ && document_ && document_->status == status::ChannelStatus::playing;
  const bool slow = refused_ || (controller_.state() == failover::State::stopped && !restarts);
  poller_.finished(outcome, policy_.poll_ms, slow, now_);
}

/// A failed poll changes nothing but the poll schedule. At the start the app learns why nothing comes.
void Session::on_status_failed(const Error& error, bool final_answer) {
  const bool bad_document = error.code == ErrorCode::bad_status_document || error.code == ErrorCode::limit_exceeded;
  if (!document_ && final_answer && !refused_) {
    refused_ = true;
    Event e = event(EventType::error, Reason::none);
    const bool unknown = error.http_status == 404;
    e.error = Error{unknown ? ErrorCode::unknown_id : ErrorCode::access_denied,
                    unknown ? "the status service does not know this id" : "the status service denied access",
                    error.http_status};
    emit(std::move(e));
  } else if (bad_document || (!document_ && !refused_)) {
    Event e = event(EventType::error, Reason::none);
    e.error = error;
    e.error->detail = "status: " + e.error->detail;
    emit(std::move(e));
  }
  if (!document_ && !final_answer) start_from_what_the_app_gave();
}

void Session::adopt(status::StatusDocument document) {
  // A cache may hand out an older document after a newer one; only newer ones count.
  if (document_ && document.revision < document_->revision) return;
  const bool changed = !document_ || document_->status != document.status || document_->active != document.active;
  document_ = std::move(document);
  policy_ = config_.policy_override.value_or(document_->policy);
  controller_.set_policy(policy_);
  group_.adopt(*document_, policy_, config_);
  stop_reason_.reset();
  if (!document_->active) stop_reason_ = Reason::alias_deactivated;
  if (document_->status == status::ChannelStatus::stopped) stop_reason_ = Reason::primary_stopped;
  if (document_->status == status::ChannelStatus::deleting || document_->status == status::ChannelStatus::deleted)
    stop_reason_ = Reason::channel_deleted;
  if (changed) {
    Event e = event(EventType::status_changed, Reason::none);
    e.source = SourceId{0};
    e.detail = std::string(status::to_string(document_->status)) + (document_->active ? "" : " (alias inactive)");
    emit(std::move(e));
  }
  fetch_poster();
}

void Session::fetch_poster() {
  const std::string& url = document_->prelive.poster_url;
  if (url.empty() || url == poster_url_ || poster_request_) return;
  poster_url_ = url;
  loading::Fetch fetch;
  fetch.id = outbox_.next_request();
  fetch.purpose = loading::Purpose::poster;
  fetch.url = url;
  fetch.max_body_bytes = kMaxPosterBytes;
  poster_request_ = fetch.id;
  outbox_.push(std::move(fetch));
}

}  // namespace understudy::session
