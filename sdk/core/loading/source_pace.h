// How fast one source answers: running quantiles of what its last requests took. They outlive a loading, so a candidate that was
// probed once is known; an outage is not in them, because only requests that succeeded count. (The publishing
// rhythm is health::InputLoss's: it is a matter of lateness.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/quantile.h"
#include "core/loading/commands.h"
#include "understudy/time.h"

namespace understudy::loading {

class SourcePace {
 public:
  /// A request of this source ended.
  void observe(Purpose purpose, const FetchDone& done);
  /// Its media was decoded so many times faster than it plays, in thousandths.
  void observe_decoding(std::int64_t permille) { decoding_.add(permille); }

  /// These are unset with fewer than kEnough samples: a percentile of less is noise.
  std::optional<Duration> connect(std::size_t percent) const { return of(connect_, percent); }
  std::optional<Duration> first_byte(std::size_t percent) const { return of(first_byte_, percent); }
  std::optional<Duration> playlist(std::size_t percent) const { return of(playlist_, percent); }
  std::optional<Duration> init(std::size_t percent) const { return of(init_, percent); }
  std::optional<Duration> segment(std::size_t percent) const { return of(segment_, percent); }

  /// What has to be fetched before this source can be shown.
  struct Steps {
    int playlists = 2;    // multivariant and media playlist; fewer where they are known
    bool init = true;     // a media initialization section
    int segments = 1;
    Duration to_decode{}; // media between the random access point and the splice
  };
  /// FAILOVER.md 3: p99(connect + playlists + init + segment) + decoding; the prior where too little was measured. The sum of
  /// the 99th percentiles is no less than the 99th percentile of the sum as long as the steps do not hinder each other.
  Duration to_prepare(const Steps& steps) const;
  /// What the same fetches took here at the longest but for outliers, of however few: another source is hardly faster over the same
  /// access.
  Duration longest(const Steps& steps) const;

  static constexpr Duration kPreparePrior = from_ms(1500);

 private:
  static constexpr std::size_t kWindow = 64;
  static constexpr std::size_t kEnough = 20;
  using Window = WindowQuantile<Duration, kWindow>;

  static std::optional<Duration> of(const Window& window, std::size_t percent) {
    if (window.size() < kEnough) return std::nullopt;
    return window.at(percent);
  }

  Window connect_;
  Window first_byte_;
  Window playlist_;
  Window init_;
  Window segment_;
  WindowQuantile<std::int64_t, kWindow> decoding_;
};

}  // namespace understudy::loading
