#include "player/transfers.h"

#include <algorithm>

namespace understudy {

media::SegmentRef to_media(const loading::SegmentTarget& target) {
  return {target.source, target.epoch,
          target.stream == loading::Stream::main ? media::Stream::main : media::Stream::audio, target.msn,
          target.discontinuity_sequence};
}

void Transfers::start(loading::Fetch fetch) {
  net::HttpRequest request;
  request.id = fetch.id;
  request.url = fetch.url;
  request.timeouts = {fetch.timeouts.connect, fetch.timeouts.first_byte, fetch.timeouts.body_stall};
  request.max_body_bytes = fetch.max_body_bytes;
  if (!fetch.if_none_match.empty()) request.headers.emplace_back("If-None-Match", fetch.if_none_match);
  const std::uint64_t resume_at = fetch.segment ? fetch.segment->resume_at : 0;
  if (fetch.range)
    request.range = {fetch.range->offset + resume_at, fetch.range->length - std::min(resume_at, fetch.range->length)};
  else if (resume_at > 0)
    request.range = {resume_at, 0};
  Transfer transfer;
  transfer.begun = resume_at > 0;
  transfer.fetch = std::move(fetch);
  transfers_[request.id] = std::move(transfer);
  http_->start(request);
}

void Transfers::cancel(RequestId id) {
  if (transfers_.erase(id) != 0) http_->cancel(id);
}

void Transfers::cancel_all() {
  for (const auto& [id, transfer] : transfers_) http_->cancel(id);
  transfers_.clear();
}

void Transfers::abandon(const loading::SegmentTarget& segment) {
  pipeline_->end_segment(to_media(segment), media::Pipeline::BodyEnd::truncated);
}

void Transfers::poll(Instant now) {
  now_ = now;
  http_->poll(*this, now);
}

void Transfers::on_head(RequestId id, const net::HttpHead& head) {
  const auto it = transfers_.find(id);
  if (it != transfers_.end()) it->second.head = head;
}

const std::string& Transfers::init_of(const loading::SegmentTarget& segment) const {
  static const std::string kNone;
  if (!segment.init) return kNone;
  const auto it = std::find_if(inits_.begin(), inits_.end(), [&](const auto& init) { return init.first == *segment.init; });
  return it == inits_.end() ? kNone : it->second;
}

void Transfers::begin_segment(Transfer& t) {
  if (t.begun) return;
  t.begun = true;
  const std::string& init = init_of(*t.fetch.segment);
  pipeline_->begin_segment(to_media(*t.fetch.segment), t.fetch.segment->discontinuity,
                           {reinterpret_cast<const std::uint8_t*>(init.data()), init.size()});
}

void Transfers::on_body(RequestId id, std::span<const std::uint8_t> bytes) {
  const auto it = transfers_.find(id);
  if (it == transfers_.end() || !usable(it->second)) return;
  Transfer& t = it->second;
  t.accepted += bytes.size();
  if (!t.fetch.segment) {
    t.body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return;
  }
  begin_segment(t);
  pipeline_->append(to_media(*t.fetch.segment), bytes);
  if (t.told && now_ - *t.told < kProgressInterval) return;
  t.told = now_;
  progress_.push_back({id, t.accepted, t.head.content_length});
}

void Transfers::on_done(RequestId id, const Error& error, const net::HttpTiming& timing) {
  const auto it = transfers_.find(id);
  if (it == transfers_.end()) return;
  Transfer t = std::move(it->second);
  transfers_.erase(it);
  loading::FetchDone done;
  done.id = id;
  done.error = error;
  done.status = t.head.status;
  done.final_url = t.head.final_url;
  done.etag = t.head.etag;
  done.retry_after = t.head.retry_after;
  done.max_age = t.head.max_age;
  done.age = t.head.age;
  done.connect = timing.connect;
  done.first_byte = timing.first_byte;
  done.total = timing.total;
  done.body_bytes = t.accepted;
  if (t.fetch.segment && done.ok()) {
    begin_segment(t);  // an empty body is a segment too
    pipeline_->end_segment(to_media(*t.fetch.segment), media::Pipeline::BodyEnd::complete);
  }
  if (t.fetch.purpose == loading::Purpose::init_section && done.ok()) {
    inits_.emplace_back(id, std::move(t.body));
    if (inits_.size() > kMaxInits) inits_.pop_front();
  } else {
    done.body = std::move(t.body);
  }
  done_.push_back(std::move(done));
}

}  // namespace understudy
