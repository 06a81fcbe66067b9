#include "core/loading/source_pace.h"

#include <algorithm>

namespace understudy::loading {

void SourcePace::observe(Purpose purpose, const FetchDone& done) {
  if (!done.ok()) return;
  if (done.connect > Duration::zero()) connect_.add(done.connect);  // zero: a kept connection was used
  first_byte_.add(done.first_byte);
  switch (purpose) {
    case Purpose::multivariant_playlist:
    case Purpose::media_playlist: playlist_.add(done.total); break;
    case Purpose::init_section: init_.add(done.total); break;
    case Purpose::segment: segment_.add(done.total); break;
    case Purpose::status:
    case Purpose::poster: break;
  }
}

Duration SourcePace::to_prepare(const Steps& steps) const {
  constexpr std::size_t kNearlyAll = 99;
  constexpr std::size_t kSlow = 5;  // of the decoding rates, where more is better
  Duration decoding{};
  if (decoding_.size() > 0) decoding = steps.to_decode * 1000 / std::max<std::int64_t>(decoding_.at(kSlow), 1);
  // A segment is the largest part; without enough of them the rest says little.
  const auto whole = segment(kNearlyAll);
  if (!whole) return kPreparePrior + decoding;
  const auto list = playlist(kNearlyAll);
  if (steps.playlists > 0 && !list) return kPreparePrior + decoding;
  Duration fetching = steps.segments * *whole + connect(kNearlyAll).value_or(Duration::zero());
  if (list) fetching += steps.playlists * *list;
  // The media initialization section comes from the same server as the segments and is smaller.
  if (steps.init) fetching += init(kNearlyAll).value_or(*whole);
  return fetching + decoding;
}

Duration SourcePace::longest(const Steps& steps) const {
  constexpr std::size_t kMost = 90;  // all but a lost packet now and then
  const auto most = [](const Window& window) { return window.size() > 0 ? window.at(kMost) : Duration::zero(); };
  return most(connect_) + steps.playlists * most(playlist_) + (steps.init ? most(init_) : Duration::zero()) +
         steps.segments * most(segment_);
}

}  // namespace understudy::loading
