#include "simulation/crowd/hosts.h"

#include <algorithm>

namespace understudy::crowd {

namespace {

Instant at_time(Duration since_begin) { return since_begin == Duration::max() ? Instant::max() : kBegin + since_begin; }

std::vector<Published> write_documents(const Act& act) {
  std::vector<Published> documents;
  status::StatusDocument d;
  d.id = d.channel_id = "a";
  d.generated_at = "2026-01-02T03:04:05.000Z";
  d.policy = act.policy;
  d.playout.hls = "http://a.test/live/index.m3u8";
  status::MemberState member;
  member.src = member.channel = "b";
  member.enabled = true;
  member.status = status::ChannelStatus::playing;
  member.playout.hls = "http://b.test/live/index.m3u8";
  d.members = {member};
  for (const Edition& edition : act.editions) {
    ++d.revision;
    d.status = edition.status;
    documents.push_back({status::to_json(d), "\"r" + std::to_string(d.revision) + "\""});
  }
  return documents;
}

}  // namespace

Hosts::Hosts(const Act& act, Duration segment)
    : outages_(act.outages), editions_(act.editions), documents_(write_documents(act)), init_(700, 'i') {
  for (const Outage& outage : outages_) {
    changes_.push_back(at_time(outage.from));
    changes_.push_back(at_time(outage.until));
  }
  std::sort(changes_.begin(), changes_.end());
  world::PublisherSettings settings;
  settings.segment = segment;
  const WallTime born = kWallBegin - std::chrono::minutes(2);
  for (const Place place : {Place::primary, Place::fallback}) {
    // The fallback cuts its segments elsewhere, as an encoder of its own does.
    settings.phase = place == Place::primary ? Duration::zero() : from_ms(to_ms(segment) / 40 / 3 * 40);
    origins_.push_back({world::Publisher(place == Place::primary ? "a" : "b", settings, born), "", {}});
    publish(origins_.back(), place, act, segment);
  }
}

/// Its playlists in the order of their publication. Each comes when its newest segment is whole, and a little later.
void Hosts::publish(Origin& origin, Place place, const Act& act, Duration segment) {
  origin.multivariant = origin.publisher.get("/live/index.m3u8", kWallBegin).text;
  constexpr Duration kStep = from_ms(20);
  Duration stuck_from = Duration::max();
  Duration stuck_until = Duration::max();
  bool ended = false;
  for (const Outage& outage : act.outages) {
    if (outage.place != place || (outage.fault != Fault::stale && outage.fault != Fault::ended)) continue;
    stuck_from = outage.from;
    stuck_until = outage.until;
    ended = outage.fault == Fault::ended;
  }
  Duration edge{};
  for (Duration at{}; at < act.end + segment; at += kStep) {
    const WallTime wall = kWallBegin + at;
    const bool stuck = at >= stuck_from && at < stuck_until;
    const bool ends_now = stuck && ended && at - kStep < stuck_from;
    if (ends_now) origin.publisher.end(wall);
    if ((stuck && !ends_now) || (!ends_now && origin.publisher.live_edge(wall) == edge)) continue;
    edge = origin.publisher.live_edge(wall);
    origin.listings.push_back({at, origin.publisher.get("/live/video.m3u8", wall).text});
  }
}

std::optional<Fault> Hosts::fault(Place place, Instant at) const {
  for (const Outage& o : outages_) {
    const bool keeps_from_answering = o.fault == Fault::refuse || o.fault == Fault::silent || o.fault == Fault::errors;
    if (o.place == place && keeps_from_answering && at_time(o.from) <= at && at < at_time(o.until)) return o.fault;
  }
  return std::nullopt;
}

Instant Hosts::next_change(Instant after) const {
  const auto it = std::upper_bound(changes_.begin(), changes_.end(), after);
  return it == changes_.end() ? Instant::max() : *it;
}

Place Hosts::place_of(const std::string& url) {
  constexpr std::size_t kScheme = 7;
  return url[kScheme] == 'a' ? Place::primary : url[kScheme] == 'b' ? Place::fallback : Place::cache;
}

const std::string& Hosts::media_playlist(Place origin, Instant at) const {
  const auto& all = origins_[static_cast<std::size_t>(origin)].listings;
  const auto next = std::upper_bound(all.begin(), all.end(), at - kBegin, [](Duration t, const Listing& l) { return t < l.from; });
  return next == all.begin() ? all.front().text : std::prev(next)->text;
}

std::optional<world::SegmentContent> Hosts::segment(Place origin, const std::string& url, Instant at) const {
  const auto found = origins_[static_cast<std::size_t>(origin)].publisher.get(url, wall_at(at));
  return found.status == 200 ? found.segment : std::nullopt;
}

/// There are always viewers at every cache, so it asks again as soon as its document is a second old; until the answer is there
/// it serves the old one (stale-while-revalidate), and where there is none for a minute (stale-if-error).
const Published* Hosts::document(int edge, Instant at) const {
  const Duration since = at - kBegin - phase(edge);
  Instant asked = kBegin + phase(edge) + (since >= Duration::zero() ? since / kRefresh : since / kRefresh - 1) * kRefresh;
  const Instant oldest = at - kStaleIfError;
  while (fault(Place::service, asked)) {
    asked -= kRefresh;
    if (asked < oldest) return nullptr;
  }
  std::size_t newest = 0;
  for (std::size_t i = 0; i < editions_.size(); ++i)
    if (kBegin + editions_[i].from <= asked) newest = i;
  return &documents_[newest];
}

std::int64_t Hosts::refreshes(Instant from, Instant to) const {
  std::int64_t count = 0;
  for (int edge = 0; edge < kEdges; ++edge) {
    const auto until = [&](Instant t) { return (t - kBegin - phase(edge) + kRefresh - Duration(1)) / kRefresh; };
    count += until(to) - until(from);
  }
  return count;
}

}  // namespace understudy::crowd
