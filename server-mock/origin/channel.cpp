#include "origin/channel.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "origin/byte_range.h"

namespace understudy::server {
namespace {

constexpr WallTime kForever = WallTime::max();
constexpr std::uint64_t kCorruptEvery = 1500;  // bytes between flips, on average

WallTime end_of(const Fault& f) { return f.end.value_or(kForever); }

Response empty(int status) {
  Response r;
  r.status = status;
  return r;
}

Response with_body(const char* type, const char* cache, std::shared_ptr<const std::string> body) {
  Response r;
  r.headers = {{"Content-Type", type}, {"Cache-Control", cache}};
  r.body = std::move(body);
  return r;
}

/// "s<generation>-<number>.<extension>"
std::optional<std::pair<int, std::int64_t>> parse_segment_name(const std::string& name) {
  int generation = 0;
  std::int64_t number = 0;
  if (name.empty() || name[0] != 's') return std::nullopt;
  const char* end = name.data() + name.size();
  const auto first = std::from_chars(name.data() + 1, end, generation);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, number);
  if (second.ec != std::errc() || second.ptr == end || *second.ptr != '.') return std::nullopt;
  return std::make_pair(generation, number);
}

std::shared_ptr<const std::string> corrupted(const std::string& body, std::uint64_t seed) {
  auto out = std::make_shared<std::string>(body);
  std::uint64_t state = seed * 2862933555777941757ULL + 3037000493ULL;
  for (std::size_t at = 0;;) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    at += 1 + static_cast<std::size_t>((state >> 33) % (2 * kCorruptEvery));
    if (at >= out->size()) return out;
    (*out)[at] = static_cast<char>((*out)[at] ^ (1 + static_cast<int>((state >> 20) % 255)));
  }
}

}  // namespace

OriginChannel::OriginChannel(boost::asio::io_context& io, std::string id, std::uint8_t default_index)
    : id_(std::move(id)),
      default_index_(default_index),
      server_(io, [this](Request r) -> boost::asio::awaitable<Response> { co_return respond(r, wall_now()); }) {}

OriginChannel::~OriginChannel() { server_.stop(); }

std::uint16_t OriginChannel::listen(const std::string& address, std::uint16_t port) {
  const std::uint16_t bound = server_.listen(address, port);
  server_.refuse();  // until the channel runs
  return bound;
}

void OriginChannel::start(const ChannelSettings& settings, WallTime now) {
  stop();
  settings_ = settings;
  if (settings_->label.empty()) settings_->label = id_;
  stream_ =
      std::make_unique<LiveStream>(*settings_, settings_->channel_index.value_or(default_index_), content_faults());
  apply_faults(now);
}

void OriginChannel::stop() {
  stream_.reset();
  stale_.reset();
  if (!refusing_) server_.refuse();
  refusing_ = true;
}

EncoderState OriginChannel::state(WallTime now) {
  if (!stream_) return {};
  stream_->publish(now, publish_faults());
  if (faults_.active(FaultKind::drop, now) != nullptr) return {EncoderState::Kind::waiting, "the encoder is gone"};
  return stream_->state(now);
}

void OriginChannel::settle(WallTime now) {
  if (stream_) stream_->publish(now, publish_faults());
}

void OriginChannel::apply_faults(WallTime now) {
  const bool refuse = !stream_ || faults_.active(FaultKind::refuse, now) != nullptr;
  if (refuse && !refusing_) server_.refuse();
  if (!refuse && refusing_) server_.resume();
  refusing_ = refuse;
  if (stream_) stream_->set_content_faults(content_faults());
}

std::vector<ContentFault> OriginChannel::content_faults() const {
  std::vector<ContentFault> out;
  for (const Fault& f : faults_.all()) {
    if (!f.happens) continue;
    if (f.kind == FaultKind::black) out.push_back({ContentFault::Kind::black, f.begin, end_of(f)});
    if (f.kind == FaultKind::frozen) out.push_back({ContentFault::Kind::frozen, f.begin, end_of(f)});
    if (f.kind == FaultKind::silence) out.push_back({ContentFault::Kind::silence, f.begin, end_of(f)});
  }
  return out;
}

PublishFaults OriginChannel::publish_faults() const {
  PublishFaults out;
  for (const Fault& f : faults_.all()) {
    if (!f.happens) continue;
    if (f.kind == FaultKind::drop) out.drops.push_back({f.begin, end_of(f)});
    if (f.kind == FaultKind::sequence_restart) out.sequence_restarts.push_back(f.begin);
    if (f.kind == FaultKind::pdt_skew) out.date_skews.push_back({{f.begin, end_of(f)}, from_ms(f.skew_ms)});
  }
  return out;
}

Response OriginChannel::respond(const Request& request, WallTime now) {
  settle(now);
  Response response;
  if (request.method == "OPTIONS") {
    response = empty(204);
  } else if (request.method != "GET" && request.method != "HEAD") {
    response = empty(405);
  } else {
    response = route(request, now);
  }
  response.headers.insert(response.headers.end(),
                          {{"Access-Control-Allow-Origin", "*"},
                           {"Access-Control-Allow-Headers", "Range"},
                           {"Access-Control-Expose-Headers", "Content-Length, Content-Range, Date"}});
  return response;
}

Response OriginChannel::route(const Request& request, WallTime now) {
  const std::string folder = "/" + id_ + "/";
  if (!stream_ || request.path.compare(0, folder.size(), folder) != 0) return empty(404);
  const std::string name = request.path.substr(folder.size());
  if (name == "index.m3u8") {
    const std::string text = stream_->multivariant_playlist();
    if (text.empty()) return empty(404);
    Response r = with_body("application/vnd.apple.mpegurl", "max-age=10", std::make_shared<const std::string>(text));
    spoil(r, false, 0, now);
    return r;
  }
  if (name == "media.m3u8") {
    Response r = media_playlist(now);
    spoil(r, false, 0, now);
    return r;
  }
  return segment(request, name, now);
}

Response OriginChannel::media_playlist(WallTime now) {
  const Fault* ended = faults_.active(FaultKind::endlist, now);
  const Fault* stale = faults_.active(FaultKind::stale_playlist, now);
  const Fault* frozen = stale != nullptr ? stale : ended;
  if (frozen == nullptr) {
    stale_.reset();
  } else if (!stale_ || stale_->fault_id != frozen->id) {
    stale_ = StalePlaylist{frozen->id, stream_->media_playlist(frozen->begin)};
  }
  std::string text = stale_ ? stale_->text : stream_->media_playlist(now);
  if (text.empty()) return empty(404);
  if (ended != nullptr) text += "#EXT-X-ENDLIST\n";
  return with_body("application/vnd.apple.mpegurl", "max-age=1", std::make_shared<const std::string>(std::move(text)));
}

bool OriginChannel::missing(int generation, std::int64_t media_sequence, WallTime due) const {
  for (const Fault& f : faults_.all()) {
    if (f.kind != FaultKind::missing_segment || !f.happens || due < f.begin || due >= end_of(f)) continue;
    const std::int64_t position = stream_->position_since(generation, media_sequence, f.begin);
    if (position >= 0 && position < f.count) return true;
  }
  return false;
}

Response OriginChannel::segment(const Request& request, const std::string& name, WallTime now) {
  std::shared_ptr<const std::string> body;
  std::uint64_t salt = 0;
  if (name == "init.mp4") {
    body = stream_->init_section();
  } else if (const auto parsed = parse_segment_name(name)) {
    const auto found = stream_->segment(parsed->first, parsed->second);
    if (found.bytes && !missing(parsed->first, parsed->second, found.due)) body = found.bytes;
    salt = static_cast<std::uint64_t>(parsed->second);
  }
  Response r = empty(404);
  if (body && faults_.active(FaultKind::drop, now) == nullptr) {
    const bool ts = settings_->container == Container::ts;
    r = with_body(ts ? "video/mp2t" : "video/mp4", "public, max-age=60", std::move(body));
    r.headers.emplace_back("Accept-Ranges", "bytes");
    apply_byte_range(r, request.header("range"));
  }
  spoil(r, true, salt, now);
  return r;
}

/// The faults that a request meets, most thorough first; at most one of them.
void OriginChannel::spoil(Response& response, bool segment_request, std::uint64_t salt, WallTime now) {
  const auto strikes = [&](FaultKind kind) { return faults_.strikes(kind, segment_request, now); };
  using Kind = Delivery::Kind;
  if (strikes(FaultKind::black_hole) != nullptr) {
    response.delivery.kind = Kind::hold;
    return;
  }
  if (strikes(FaultKind::http_503) != nullptr) response = empty(503);
  if (strikes(FaultKind::segment_404) != nullptr) response = empty(404);
  if (const Fault* f = strikes(FaultKind::slow_first_byte)) {
    response.delivery.kind = Kind::slow_first_byte;
    response.delivery.delay = std::chrono::milliseconds(f->delay_ms);
    return;
  }
  if (!response.body) return;
  const auto cut = [&](const Fault& f) {
    return static_cast<std::uint64_t>(f.after_bytes.value_or(static_cast<std::int64_t>(response.body->size() / 2)));
  };
  if (const Fault* f = strikes(FaultKind::reset)) {
    response.delivery.kind = Kind::reset;
    response.delivery.after_bytes = cut(*f);
  } else if (const Fault* g = strikes(FaultKind::truncated)) {
    response.delivery.kind = Kind::truncate;
    // At least a byte has to be missing, or it would be whole.
    response.delivery.after_bytes =
        std::min<std::uint64_t>(cut(*g), response.body->empty() ? 0 : response.body->size() - 1);
  } else if (const Fault* h = strikes(FaultKind::trickle)) {
    response.delivery.kind = Kind::trickle;
    response.delivery.bytes_per_second = static_cast<std::uint64_t>(h->bytes_per_second);
  } else if (const Fault* i = strikes(FaultKind::corrupt)) {
    response.body = corrupted(*response.body, i->seed ^ (salt * 0x9e3779b97f4a7c15ULL));
  }
}

}  // namespace understudy::server
