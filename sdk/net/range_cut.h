// Cuts an asked-for byte range out of a whole body: a server may ignore Range and send all of it (RFC 9110 14.2). Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "net/http_client.h"

namespace understudy::net {

class RangeCut {
 public:
  using Range = std::optional<std::pair<std::uint64_t, std::uint64_t>>;  // as in HttpRequest

  /// What the answer to a request for `range` needs; sets head.content_length to what will be handed out. Error: the
  /// server sent another range (`range_begin`: of its Content-Range).
  std::optional<Error> begin(const Range& range, HttpHead& head, std::optional<std::uint64_t> range_begin,
                             std::uint64_t max_body_bytes) {
    if (!range) return std::nullopt;
    if (head.status == 206 && range_begin && *range_begin != range->first)
      return Error{ErrorCode::transport_failed, "another range came than was asked for"};
    if (head.status != 200) return std::nullopt;
    const std::uint64_t whole = head.content_length.value_or(0);
    to_the_end_ = range->second == 0;
    skip_ = range->first;
    left_ = range->second;
    if (to_the_end_) left_ = whole > skip_ ? whole - skip_ : kUnknown;
    cutting_ = true;
    head.content_length = left_ == kUnknown ? max_body_bytes : left_;
    return std::nullopt;
  }

  /// The part of the next bytes of the body that belongs to the range.
  std::span<const std::uint8_t> cut(std::span<const std::uint8_t> bytes) {
    if (!cutting_) return bytes;
    const std::uint64_t skipped = std::min<std::uint64_t>(skip_, bytes.size());
    skip_ -= skipped;
    bytes = bytes.subspan(static_cast<std::size_t>(skipped));
    bytes = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_)));
    left_ -= bytes.size();
    return bytes;
  }

  /// All of the range is here, whatever follows in the body.
  bool complete() const { return cutting_ && left_ == 0; }
  /// The body is over and the range is not.
  bool fell_short() const { return cutting_ && !to_the_end_ && left_ > 0; }

 private:
  static constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

  bool cutting_ = false;
  bool to_the_end_ = false;
  std::uint64_t skip_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace understudy::net
