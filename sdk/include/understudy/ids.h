// Strong identifiers. Two ids of different kinds do not compare, convert or mix.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace understudy {

template <class Tag, class Rep>
struct StrongId {
  Rep value{};
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
  friend constexpr bool operator==(const StrongId&, const StrongId&) = default;
};

/// A source of one session: its place in the failover group; 0 is the primary, 1… the members in order of priority.
/// Stable for the life of a session: a removed member keeps its id and is never reused for another one.
using SourceId = StrongId<struct SourceIdTag, std::uint32_t>;
/// One request; never reused within a session, so a late answer to an old request can't act on a new one.
using RequestId = StrongId<struct RequestIdTag, std::uint64_t>;
/// RFC 8216 4.4.3.2. 64-bit and signed: the value is decimal-integer in the playlist, differences are taken of it.
using MediaSequenceNumber = StrongId<struct MediaSequenceNumberTag, std::int64_t>;
/// One stretch of loading of a source. What was asked for in an older epoch never acts on a newer one.
using Epoch = StrongId<struct EpochTag, std::uint32_t>;

}  // namespace understudy

template <class Tag, class Rep>
struct std::hash<understudy::StrongId<Tag, Rep>> {
  std::size_t operator()(const understudy::StrongId<Tag, Rep>& id) const noexcept { return std::hash<Rep>{}(id.value); }
};
