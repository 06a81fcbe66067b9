#include "container/ts/pes.h"

#include <algorithm>

namespace understudy::container::ts {
namespace {

// Table 2-21: these have no flags and no time stamps behind the length.
bool has_optional_header(std::uint8_t stream_id) {
  switch (stream_id) {
    case 0xbc:
    case 0xbe:
    case 0xbf:
    case 0xf0:
    case 0xf1:
    case 0xf2:
    case 0xf8:
    case 0xff: return false;
    default: return true;
  }
}

std::uint64_t read_stamp(std::span<const std::uint8_t> bytes) {
  return std::uint64_t{bytes[0] & 0x0eu} << 29 | std::uint64_t{bytes[1]} << 22 | std::uint64_t{bytes[2] & 0xfeu} << 14 |
         std::uint64_t{bytes[3]} << 7 | bytes[4] >> 1;
}

}  // namespace

void PesReader::push(std::span<const std::uint8_t> payload, bool unit_start, TimeUnwrapper& clock,
                     ElementaryStream& stream, Sink& sink) {
  if (unit_start) {
    state_ = State::header;
    header_size_ = 0;
  }
  while (state_ == State::header && !payload.empty()) payload = collect_header(payload, clock, stream, sink);
  if (state_ == State::payload && !payload.empty()) push_payload(payload, stream, sink);
}

std::span<const std::uint8_t> PesReader::collect_header(std::span<const std::uint8_t> bytes, TimeUnwrapper& clock,
                                                        ElementaryStream& stream, Sink& sink) {
  const std::size_t count = std::min(bytes.size(), header_wanted() - header_size_);
  std::copy_n(bytes.begin(), count, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
  header_size_ += count;
  if (header_size_ >= kStart &&
      (header_[0] != 0 || header_[1] != 0 || header_[2] != 1 || !has_optional_header(header_[3]))) {
    state_ = State::skip;
    return {};
  }
  if (header_size_ >= kFixed && header_size_ == header_wanted()) {
    const std::size_t length = std::size_t{header_[4]} << 8 | header_[5];
    left_.reset();
    if (length + kStart >= header_size_) left_ = length + kStart - header_size_;
    state_ = State::payload;
    payload_begun_ = false;
    stream.begin_packet(stamp(clock), sink);
    if (left_ == 0u) {
      stream.end_packet(sink);
      state_ = State::skip;
    }
  }
  return bytes.subspan(count);
}

std::size_t PesReader::header_wanted() const {
  if (header_size_ < kStart) return kStart;
  if (header_size_ < kFixed) return kFixed;
  return kFixed + header_[kFixed - 1];
}

std::optional<Stamp> PesReader::stamp(TimeUnwrapper& clock) const {
  const unsigned flags = header_[7] >> 6;
  const std::size_t length = header_[8];
  if ((flags & 2) == 0 || length < 5) return std::nullopt;
  const auto fields = std::span(header_).subspan(kFixed);
  Stamp result;
  result.pts = result.dts = clock.unwrap(read_stamp(fields));
  if (flags == 3 && length >= 10) result.dts = clock.unwrap(read_stamp(fields.subspan(5)));
  return result;
}

void PesReader::push_payload(std::span<const std::uint8_t> bytes, ElementaryStream& stream, Sink& sink) {
  if (left_ && bytes.size() > *left_) {
    if (bounded_ || !payload_begun_) {
      bytes = bytes.first(*left_);
    } else {
      left_.reset();
    }
  }
  payload_begun_ = true;
  stream.push(bytes, sink);
  if (!left_) return;
  *left_ -= bytes.size();
  if (*left_ == 0) {
    state_ = State::skip;
    stream.end_packet(sink);
  }
}

void PesReader::gap(ElementaryStream& stream, Sink& sink) {
  stream.gap(sink);
  if (state_ == State::header) state_ = State::skip;
  if (!bounded_) left_.reset();
}

void PesReader::reset() {
  state_ = State::skip;
  header_size_ = 0;
}

}  // namespace understudy::container::ts
