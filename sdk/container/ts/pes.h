// PES packets of one PID (ISO 13818-1 2.4.3.6): header off, payload on to the elementary stream.
#pragma once

#include <array>

#include "container/elementary_stream.h"
#include "container/ts/timestamp.h"

namespace understudy::container::ts {

class PesReader {
 public:
  /// `bounded`: payload beyond the packet's own length is not part of it. Byte streams are better off without: encoders
  /// that write a wrong length are known, and a byte stream shows by itself where its units end.
  explicit PesReader(bool bounded) : bounded_(bounded) {}

  void push(std::span<const std::uint8_t> payload, bool unit_start, TimeUnwrapper& clock, ElementaryStream& stream,
            Sink& sink);
  void gap(ElementaryStream& stream, Sink& sink);
  void reset();

 private:
  enum class State { skip, header, payload };

  std::span<const std::uint8_t> collect_header(std::span<const std::uint8_t> bytes, TimeUnwrapper& clock,
                                               ElementaryStream& stream, Sink& sink);
  std::size_t header_wanted() const;
  std::optional<Stamp> stamp(TimeUnwrapper& clock) const;
  void push_payload(std::span<const std::uint8_t> bytes, ElementaryStream& stream, Sink& sink);

  static constexpr std::size_t kStart = 6;           // start code, stream_id, PES_packet_length
  static constexpr std::size_t kFixed = kStart + 3;  // flags and PES_header_data_length

  bool bounded_;
  State state_ = State::skip;
  std::array<std::uint8_t, kFixed + 255> header_{};
  std::size_t header_size_ = 0;
  std::optional<std::size_t> left_;  // payload bytes to come, where the packet has a length
  bool payload_begun_ = false;
};

}  // namespace understudy::container::ts
