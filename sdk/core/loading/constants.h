// The fixed numbers of loading, with their reasons.
#pragma once

#include "understudy/time.h"

namespace understudy::loading {

// One quick retry heals a lost connection or a single bad edge; spread so that a crowd does not retry in step.
inline constexpr Duration kQuickRetry = from_ms(150);
inline constexpr int kQuickRetryJitterPercent = 40;
// Later attempts: often enough to notice a recovery well inside a buffer, seldom enough to bound the load of a dead origin.
inline constexpr Duration kRetryMin = from_ms(400);
inline constexpr Duration kRetryMax = from_ms(4000);
// A segment that is not there (404) while newer ones are will not come; other errors may heal, so they get more attempts.
inline constexpr int kAttemptsMissing = 3;
inline constexpr int kAttemptsOther = 6;
// The longest wait a server may ask for (FAILOVER.md 2).
inline constexpr Duration kMaxRetryAfter = std::chrono::seconds(30);
// Requests to a source within a second, behind which another segment, or loading it all anew, waits: a start with two streams needs about
// as many, and so even segments of a second are caught up with several times faster than they play. Reloads and retries have pauses of
// their own.
inline constexpr std::size_t kMostPerSecond = 9;
// Reload no more often than this, however short the target duration claims to be.
inline constexpr Duration kMinReload = from_ms(200);
inline constexpr int kWaitingJitterPercent = 10;
// Load no further ahead of the playhead, or of where a loading began beyond it, than this: bounds memory for VOD and for long live windows.
inline constexpr Duration kMaxAhead = std::chrono::seconds(30);
// But what is about to leave the window of a live list is lost if it waits, and a viewer may be further behind live than that: up to
// this, and as much as the pipeline surely keeps of one source (PipelineLimits::max_packet_bytes).
inline constexpr Duration kMostAhead = std::chrono::minutes(2);
inline constexpr std::uint64_t kMostBytesAhead = 48u << 20;
// A body is judged as a trickle only after this long: slow start and scheduling noise look the same before.
inline constexpr Duration kTrickleAfter = std::chrono::seconds(1);
inline constexpr Duration kTrickleCheck = from_ms(250);
// A body crawls when what is left of it needs longer than this, and than five times what it plays: no access that could carry the
// stream is so slow, and a server that began so goes on so, also once it is mended.
inline constexpr Duration kCrawl = std::chrono::seconds(15);
inline constexpr int kCrawlTimesDuration = 5;

inline constexpr std::uint64_t kMaxPlaylistBody = 8u << 20;
inline constexpr std::uint64_t kMaxInitBody = 1u << 20;
inline constexpr std::uint64_t kMaxSegmentBody = 64u << 20;

}  // namespace understudy::loading
