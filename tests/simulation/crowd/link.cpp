#include "simulation/crowd/link.h"

#include <algorithm>

namespace understudy::crowd {

namespace {
using loading::Purpose;
constexpr std::int64_t kNanos = 1'000'000'000;
constexpr Duration kServerTime = from_ms(4);
// Latency is never constant: up to this much of the round trip on top, and now and then a lost packet.
constexpr int kQueueingPercent = 40;
constexpr std::uint64_t kOneLostIn = 500;
constexpr Duration kLostMin = from_ms(200);
constexpr Duration kLostMax = from_ms(800);
// How often a body that is under way is spoken of: at its begin, and in portions that double, so that no media that is here in time
// is told too late, up to this.
constexpr Duration kFirstPortion = from_ms(20);
constexpr Duration kPortion = from_ms(250);
}  // namespace

std::int64_t Link::Transfer::bytes() const { return std::min(size, flowed / kNanos); }

void Link::start(loading::Fetch fetch, Instant now) {
  Transfer t;
  t.place = Hosts::place_of(fetch.url);
  tally_->request(t.place, fetch.purpose, now);
  t.fetch = std::move(fetch);
  t.started = now;
  if (connected_[static_cast<int>(t.place)]) {
    ask(t);
  } else {
    t.ready = now + 2 * access_.round_trip;  // TCP, TLS 1.3
    t.gives_up = now + t.fetch.timeouts.connect;
  }
  transfers_.push_back(std::move(t));
}

void Link::cancel(RequestId id) {
  transfers_.erase(std::remove_if(transfers_.begin(), transfers_.end(), [&](const Transfer& t) { return t.fetch.id == id; }),
                   transfers_.end());
}

Duration Link::answer_time() {
  Duration time = access_.round_trip + kServerTime + random_.between(Duration::zero(), access_.round_trip / 100 * kQueueingPercent);
  if (random_.below(kOneLostIn) == 0) time += random_.between(kLostMin, kLostMax);
  return time;
}

bool Link::flows(const Transfer& t) const { return hosts_->fault(t.place, now_) != Fault::silent; }

std::int64_t Link::share() const {
  const auto bodies = std::count_if(transfers_.begin(), transfers_.end(),
                                    [this](const Transfer& t) { return t.step == Transfer::Step::body && flows(t); });
  return std::max<std::int64_t>(1, access_.bytes_per_second / std::max<std::int64_t>(1, bodies));
}

std::int64_t Link::next_tell(const Transfer& t) const {
  const std::int64_t first = access_.bytes_per_second * to_ms(kFirstPortion) / 1000;
  const std::int64_t most = access_.bytes_per_second * to_ms(kPortion) / 1000;
  return std::min(t.size, t.told + std::clamp(t.told, first, most));
}

Instant Link::next_event() const {
  if (transfers_.empty()) return Instant::max();
  Instant at = hosts_->next_change(now_);
  const std::int64_t rate = share();
  for (const Transfer& t : transfers_) {
    if (!flows(t))
      at = std::min(at, t.gives_up);
    else if (t.step == Transfer::Step::body)
      at = std::min(at, now_ + Duration(std::max<std::int64_t>(0, (next_tell(t) * kNanos - t.flowed + rate - 1) / rate)));
    else
      at = std::min(at, std::min(t.ready, t.gives_up));
  }
  return at;
}

void Link::advance(Instant now) {
  const Duration elapsed = now - now_;
  const std::int64_t rate = share();
  for (Transfer& t : transfers_) {
    if (t.step != Transfer::Step::body || !flows(t)) continue;
    t.flowed += rate * elapsed.count();
    t.gives_up = now + t.fetch.timeouts.body_stall;
  }
  now_ = now;
  for (Transfer& t : transfers_) step(t);
  transfers_.erase(std::remove_if(transfers_.begin(), transfers_.end(),
                                  [](const Transfer& t) { return t.step == Transfer::Step::done; }),
                   transfers_.end());
}

void Link::step(Transfer& t) {
  using Step = Transfer::Step;
  const auto fault = hosts_->fault(t.place, now_);
  if (fault == Fault::refuse && t.step != Step::connecting) return finish(t, Error{ErrorCode::connection_reset, "reset by peer"});
  if (now_ >= t.gives_up) {
    const ErrorCode codes[] = {ErrorCode::connect_timeout, ErrorCode::first_byte_timeout, ErrorCode::body_stalled};
    return finish(t, Error{codes[static_cast<int>(t.step)], "timed out"});
  }
  if (t.step == Step::body) {
    if (t.bytes() < next_tell(t)) return;
    tell(t);
    if (t.told == t.size) finish(t);
    return;
  }
  if (now_ < t.ready) return;
  if (t.step == Step::connecting) return connected(t);
  if (fault != Fault::silent) answer(t);
}

void Link::connected(Transfer& t) {
  if (hosts_->fault(t.place, now_) == Fault::refuse) return finish(t, Error{ErrorCode::connect_failed, "refused"});
  connected_[static_cast<int>(t.place)] = true;
  t.connect = now_ - t.started;
  ask(t);
}

void Link::ask(Transfer& t) {
  t.step = Transfer::Step::waiting;
  const Instant from = t.started + t.connect;
  t.ready = from + answer_time();
  t.gives_up = from + t.fetch.timeouts.first_byte;
}

void Link::answer(Transfer& t) {
  t.step = Transfer::Step::body;
  t.answered = now_;
  t.gives_up = now_ + t.fetch.timeouts.body_stall;
  t.status = 200;
  if (hosts_->fault(t.place, now_) == Fault::errors) {
    t.status = 503;
  } else if (t.fetch.purpose == Purpose::status) {
    const Published* document = hosts_->document(access_.edge, now_);
    if (document == nullptr) {
      t.status = 504;
    } else {
      t.etag = document->etag;
      t.status = t.etag == t.fetch.if_none_match ? 304 : 200;
      if (t.status == 200) t.text = document->text;
    }
  } else if (t.fetch.purpose == Purpose::segment) {
    if (const auto content = hosts_->segment(t.place, t.fetch.url, now_))
      t.content = *content;
    else
      t.status = 404;
  } else if (t.fetch.purpose == Purpose::media_playlist) {
    t.text = hosts_->media_playlist(t.place, now_);
  } else {
    t.text = t.fetch.purpose == Purpose::init_section ? hosts_->init_section() : hosts_->multivariant(t.place);
  }
  if (t.status != 200) return finish(t);
  t.size = t.fetch.segment ? t.content.bytes - static_cast<std::int64_t>(t.fetch.segment->resume_at)
                           : static_cast<std::int64_t>(t.text.size());
}

void Link::tell(Transfer& t) {
  const std::int64_t bytes = t.bytes();
  tally_->received(t.place, bytes - t.told, now_);
  t.told = bytes;
  if (!t.fetch.segment) return;
  const auto resumed = static_cast<std::int64_t>(t.fetch.segment->resume_at);
  events_.push_back(world::SegmentBytes{*t.fetch.segment, t.content, resumed + t.told, t.told == t.size});
  events_.push_back(loading::FetchProgress{t.fetch.id, static_cast<std::uint64_t>(t.told), static_cast<std::uint64_t>(t.size)});
}

void Link::finish(Transfer& t, Error error) {
  if (error.code != ErrorCode::none) connected_[static_cast<int>(t.place)] = false;
  loading::FetchDone done;
  done.id = t.fetch.id;
  done.error = std::move(error);
  done.status = t.status;
  if (t.status == 200 && t.fetch.segment && t.fetch.segment->resume_at > 0) done.status = 206;
  done.final_url = t.fetch.url;
  done.etag = std::move(t.etag);
  done.connect = t.connect;
  if (t.status != 0) done.first_byte = t.answered - t.started;
  done.total = now_ - t.started;
  done.body_bytes = static_cast<std::uint64_t>(t.told);
  if (done.error.code == ErrorCode::none && t.status == 200) done.body = std::move(t.text);
  events_.push_back(std::move(done));
  t.step = Transfer::Step::done;
}

}  // namespace understudy::crowd
