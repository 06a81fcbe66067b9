// ISO base media file format boxes (ISO 14496-12 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "container/byte_reader.h"

namespace understudy::container::fmp4 {

constexpr std::uint32_t fourcc(const char (&text)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[i]);
  return value;
}

struct BoxHeader {
  std::uint32_t type = 0;
  std::size_t header_size = 0;
  std::uint64_t body_size = 0;
  bool to_end = false;  // size 0: up to the end of what contains it

  enum class Status { ok, more, malformed };
  struct Parsed;
  static Parsed parse(std::span<const std::uint8_t> bytes);
};

struct BoxHeader::Parsed {
  Status status = Status::malformed;
  BoxHeader header;
};

inline constexpr std::size_t kMaxBoxHeader = 16;

inline BoxHeader::Parsed BoxHeader::parse(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8) return {Status::more, {}};
  ByteReader reader(bytes);
  std::uint64_t size = reader.u32();
  BoxHeader box;
  box.type = reader.u32();
  box.header_size = 8;
  if (size == 1) {
    if (bytes.size() < kMaxBoxHeader) return {Status::more, {}};
    size = reader.u64();
    box.header_size = kMaxBoxHeader;
  }
  box.to_end = size == 0;
  if (!box.to_end && size < box.header_size) return {Status::malformed, box};
  box.body_size = box.to_end ? 0 : size - box.header_size;
  return {Status::ok, box};
}

/// Calls `visit(type, body)` for each box inside `bytes`; a box that is too long is cut to what is there.
template <class Visit>
void for_each_box(std::span<const std::uint8_t> bytes, Visit&& visit) {
  while (true) {
    const auto [status, header] = BoxHeader::parse(bytes);
    if (status != BoxHeader::Status::ok) return;
    bytes = bytes.subspan(header.header_size);
    const std::size_t size =
        header.to_end || header.body_size > bytes.size() ? bytes.size() : static_cast<std::size_t>(header.body_size);
    visit(header.type, bytes.first(size));
    bytes = bytes.subspan(size);
  }
}

/// The first box of a type inside `bytes`; empty where there is none.
inline std::span<const std::uint8_t> find_box(std::span<const std::uint8_t> bytes, std::uint32_t wanted) {
  std::span<const std::uint8_t> found;
  for_each_box(bytes, [&](std::uint32_t type, std::span<const std::uint8_t> body) {
    if (type == wanted && found.data() == nullptr) found = body;
  });
  return found;
}

struct FullBox {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
};

inline FullBox read_full_box(ByteReader& bytes) {
  const std::uint32_t word = bytes.u32();
  return {static_cast<std::uint8_t>(word >> 24), word & 0xffffff};
}

}  // namespace understudy::container::fmp4
