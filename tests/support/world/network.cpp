#include "support/world/network.h"

#include <algorithm>

namespace understudy::world {

namespace {
constexpr Duration kFirstChunk = from_ms(20);
constexpr Duration kChunk = from_ms(100);
constexpr std::int64_t kNanos = 1'000'000'000;

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("//") + 2;
  return url.substr(begin, url.find('/', begin) - begin);
}
std::string path_of(const std::string& url) { return url.substr(url.find('/', url.find("//") + 2)); }
}  // namespace

bool Effect::strikes() {
  if (asked++ % every != 0 || struck >= at_most) return false;
  ++struck;
  return true;
}

void Network::begin(const std::shared_ptr<Effect>& effect, const std::string& host) {
  hosts_[host].effects.push_back(effect);
  const bool cuts = effect->kind == Effect::Kind::refuse || effect->kind == Effect::Kind::unresolved;
  if (cuts || effect->kind == Effect::Kind::unreachable) hosts_[host].connected = false;
  if (!cuts) return;
  for (auto t = transfers_.begin(); t != transfers_.end();) {
    const auto current = t++;
    if (current->host != host) continue;
    finish(*current, Error{ErrorCode::connection_reset, "reset by peer"});
    transfers_.erase(current);
  }
}

void Network::end(const std::shared_ptr<Effect>& effect, const std::string& host) { hosts_[host].effects.remove(effect); }

void Network::reset_connections() {
  for (auto& [name, host] : hosts_) host.connected = false;
  for (Transfer& t : transfers_) finish(t, Error{ErrorCode::connection_reset, "reset by peer"});
  transfers_.clear();
}

void Network::start(const loading::Fetch& fetch, Instant now) {
  Transfer t;
  t.fetch = fetch;
  t.host = host_of(fetch.url);
  t.started = now;
  t.left = 2 * latency_;
  for (const auto& effect : hosts_[t.host].effects)
    if (effect->matches(fetch.purpose) && !effect->strikes()) t.spared.insert(effect.get());
  if (hosts_[t.host].connected && effect_on(t, Effect::Kind::refuse) == nullptr) t.step = Transfer::Step::waiting;
  if (t.step == Transfer::Step::waiting)
    if (const Effect* slow = effect_on(t, Effect::Kind::slow_first_byte)) t.left += slow->delay;
  requests_.push_back({now, t.host, fetch.url, fetch.purpose});
  transfers_.push_back(std::move(t));
}

void Network::cancel(RequestId id) {
  for (auto t = transfers_.begin(); t != transfers_.end(); ++t) {
    if (t->fetch.id != id) continue;
    if (keep_cancelled_)
      t->cancelled = true;
    else
      transfers_.erase(t);
    return;
  }
}

void Network::forget_requests(Instant until) {
  const auto old = std::find_if(requests_.begin(), requests_.end(), [&](const RequestRecord& r) { return r.at >= until; });
  requests_.erase(requests_.begin(), old);
}

std::size_t Network::under_way() const {
  return static_cast<std::size_t>(
      std::count_if(transfers_.begin(), transfers_.end(), [](const Transfer& t) { return !t.cancelled; }));
}

const Effect* Network::effect_on(const Transfer& t, Effect::Kind kind) const {
  const auto& effects = hosts_.at(t.host).effects;
  const auto it = std::find_if(effects.begin(), effects.end(),
                               [&](const auto& e) {
                                 return e->kind == kind && e->matches(t.fetch.purpose) && t.spared.count(e.get()) == 0;
                               });
  return it == effects.end() ? nullptr : it->get();
}

bool Network::flows(const Transfer& t) const {
  if (down_ || effect_on(t, Effect::Kind::unreachable) != nullptr) return false;
  if (t.step == Transfer::Step::connecting) return true;  // a black hole accepts
  return effect_on(t, Effect::Kind::silence) == nullptr;
}

std::int64_t Network::rate_of(const Transfer& t) const {
  const Effect* slow = effect_on(t, Effect::Kind::slow_body);
  return std::min(t.paced, slow != nullptr ? std::min(slow->rate, rate_) : rate_);
}

/// After how many bytes the body ends, whole or not.
std::int64_t Network::break_at(const Transfer& t) const {
  const bool broken = effect_on(t, Effect::Kind::reset_body) != nullptr || effect_on(t, Effect::Kind::truncate_body) != nullptr;
  if (!broken) return t.size;
  const Effect* e = effect_on(t, Effect::Kind::reset_body);
  if (e == nullptr) e = effect_on(t, Effect::Kind::truncate_body);
  return std::max(t.bytes(), t.size * e->percent / 100);
}

std::int64_t Network::next_tell(const Transfer& t) const {
  const Duration chunk = t.told == 0 ? kFirstChunk : kChunk;
  return t.told + std::max<std::int64_t>(1, rate_of(t) * to_ms(chunk) / 1000);
}

Duration Network::timeout_of(const Transfer& t) const {
  switch (t.step) {
    case Transfer::Step::connecting: return t.fetch.timeouts.connect;
    case Transfer::Step::waiting: return t.fetch.timeouts.first_byte;
    case Transfer::Step::body: break;
  }
  return t.fetch.timeouts.body_stall;
}

Duration Network::time_to_event(const Transfer& t) const {
  const Duration timeout = std::max(Duration::zero(), timeout_of(t) - t.silence);
  if (!flows(t)) return timeout;
  if (t.step != Transfer::Step::body) return std::min(t.left, timeout);
  const std::int64_t goal = std::min(next_tell(t), break_at(t));
  const std::int64_t rate = rate_of(t);
  return Duration(std::max<std::int64_t>(0, (goal * kNanos - t.flowed + rate - 1) / rate));
}

Instant Network::next_event() const {
  Instant at = Instant::max();
  for (const Transfer& t : transfers_) at = std::min(at, now_ + time_to_event(t));
  return at;
}

void Network::advance(Instant now) {
  const Duration elapsed = now - now_;
  now_ = now;
  for (auto t = transfers_.begin(); t != transfers_.end();) {
    const auto current = t++;
    if (step(*current, std::min(elapsed, now - current->started))) transfers_.erase(current);
  }
}

bool Network::step(Transfer& t, Duration elapsed) {
  if (flows(t) && t.step == Transfer::Step::body) {
    t.flowed += rate_of(t) * elapsed.count();
    t.silence = Duration::zero();
    return step_body(t);
  }
  t.silence += elapsed;
  if (flows(t)) {
    t.left -= elapsed;
    if (t.left <= Duration::zero()) return t.step == Transfer::Step::connecting ? connected(t) : answered(t);
  }
  if (t.silence < timeout_of(t)) return false;
  const ErrorCode codes[] = {ErrorCode::connect_timeout, ErrorCode::first_byte_timeout, ErrorCode::body_stalled};
  hosts_[t.host].connected = false;
  finish(t, Error{codes[static_cast<int>(t.step)], "timed out"});
  return true;
}

bool Network::connected(Transfer& t) {
  if (effect_on(t, Effect::Kind::refuse) != nullptr) {
    finish(t, Error{ErrorCode::connect_failed, "refused"});
    return true;
  }
  if (effect_on(t, Effect::Kind::unresolved) != nullptr) {
    finish(t, Error{ErrorCode::resolve_failed, "no such host"});
    return true;
  }
  hosts_[t.host].connected = true;
  t.connect = now_ - t.started;
  t.step = Transfer::Step::waiting;
  t.left = 2 * latency_;
  if (const Effect* slow = effect_on(t, Effect::Kind::slow_first_byte)) t.left += slow->delay;
  t.silence = Duration::zero();
  return false;
}

bool Network::answered(Transfer& t) {
  t.step = Transfer::Step::body;
  t.first_byte = now_ - t.started;
  t.silence = Duration::zero();
  if (const Effect* status = effect_on(t, Effect::Kind::status)) {
    t.answer.resource.status = status->status;
  } else {
    t.answer = hosts_[t.host].answer(t.fetch, path_of(t.fetch.url));
  }
  if (t.answer.resource.status != 200) {
    finish(t, {});
    return true;
  }
  const auto resumed = t.fetch.segment ? static_cast<std::int64_t>(t.fetch.segment->resume_at) : 0;
  t.size = std::max<std::int64_t>(0, t.answer.resource.bytes() - resumed);
  if (const Effect* slow = effect_on(t, Effect::Kind::slow_body)) t.paced = slow->rate;
  return step_body(t);
}

bool Network::step_body(Transfer& t) {
  const std::int64_t end = break_at(t);
  if (t.bytes() >= end && end < t.size) {
    tell(t);
    const bool reset = effect_on(t, Effect::Kind::reset_body) != nullptr;
    hosts_[t.host].connected = false;
    finish(t, reset ? Error{ErrorCode::connection_reset, "reset by peer"} : Error{ErrorCode::body_truncated, "too short"});
    return true;
  }
  if (t.bytes() >= t.size) {
    tell(t);
    finish(t, {});
    return true;
  }
  if (t.bytes() >= next_tell(t)) tell(t);
  return false;
}

void Network::tell(Transfer& t) {
  t.told = t.bytes();
  if (t.cancelled || !t.fetch.segment || !t.answer.resource.segment) return;
  const auto resumed = static_cast<std::int64_t>(t.fetch.segment->resume_at);
  events_.push_back(SegmentBytes{*t.fetch.segment, *t.answer.resource.segment, resumed + t.told, t.told == t.size});
  events_.push_back(loading::FetchProgress{t.fetch.id, static_cast<std::uint64_t>(t.told), static_cast<std::uint64_t>(t.size)});
}

void Network::finish(Transfer& t, Error error) {
  loading::FetchDone done;
  done.id = t.fetch.id;
  done.error = std::move(error);
  const bool answered = t.step == Transfer::Step::body;
  done.status = answered ? t.answer.resource.status : 0;
  if (answered && t.fetch.segment && t.fetch.segment->resume_at > 0 && done.status == 200) done.status = 206;
  done.final_url = t.fetch.url;
  done.etag = t.answer.etag;
  if (const Effect* status = effect_on(t, Effect::Kind::status); answered && status != nullptr)
    done.retry_after = status->retry_after;
  done.connect = t.connect;
  done.first_byte = t.first_byte;
  done.total = now_ - t.started;
  done.body_bytes = static_cast<std::uint64_t>(t.bytes());
  if (done.error.code == ErrorCode::none && !t.fetch.segment) done.body = t.answer.resource.text;
  events_.push_back(std::move(done));
}

}  // namespace understudy::world
