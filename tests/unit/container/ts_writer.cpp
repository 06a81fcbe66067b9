#include "ts_writer.h"

#include <algorithm>

#include "container/ts/section.h"

namespace understudy::test {
namespace {

void append(Bytes& to, std::span<const std::uint8_t> from) { to.insert(to.end(), from.begin(), from.end()); }

void append_stamp(Bytes& to, unsigned prefix, std::uint64_t stamp) {
  to.push_back(static_cast<std::uint8_t>(prefix << 4 | (stamp >> 29 & 0xe) | 1));
  to.push_back(static_cast<std::uint8_t>(stamp >> 22));
  to.push_back(static_cast<std::uint8_t>((stamp >> 14 & 0xfe) | 1));
  to.push_back(static_cast<std::uint8_t>(stamp >> 7));
  to.push_back(static_cast<std::uint8_t>((stamp << 1 & 0xfe) | 1));
}

}  // namespace

TsWriter& TsWriter::packet(std::uint16_t pid, bool unit_start, std::span<const std::uint8_t> payload) {
  const std::size_t stuffing = 184 - payload.size();
  std::uint8_t& counter = counters_[pid];
  bytes_.push_back(0x47);
  bytes_.push_back(static_cast<std::uint8_t>((unit_start ? 0x40 : 0) | pid >> 8));
  bytes_.push_back(static_cast<std::uint8_t>(pid));
  bytes_.push_back(static_cast<std::uint8_t>((stuffing > 0 ? 0x30 : 0x10) | counter));
  counter = (counter + 1) & 0x0f;
  if (stuffing > 0) bytes_.push_back(static_cast<std::uint8_t>(stuffing - 1));
  if (stuffing > 1) {
    bytes_.push_back(0);
    bytes_.insert(bytes_.end(), stuffing - 2, 0xff);
  }
  append(bytes_, payload);
  return *this;
}

void TsWriter::spread(std::uint16_t pid, std::span<const std::uint8_t> unit) {
  bool first = true;
  while (!unit.empty()) {
    const auto part = unit.first(std::min<std::size_t>(unit.size(), 184));
    packet(pid, first, part);
    unit = unit.subspan(part.size());
    first = false;
  }
}

TsWriter& TsWriter::section(std::uint16_t pid, Bytes section) {
  const std::size_t length = section.size() - 3 + 4;
  section[1] = static_cast<std::uint8_t>((section[1] & 0xf0) | length >> 8);
  section[2] = static_cast<std::uint8_t>(length);
  const std::uint32_t crc = container::ts::crc32(section);
  for (int shift = 24; shift >= 0; shift -= 8) section.push_back(static_cast<std::uint8_t>(crc >> shift));
  Bytes unit = {0};  // pointer_field
  append(unit, section);
  unit.resize((unit.size() + 183) / 184 * 184, 0xff);
  spread(pid, unit);
  return *this;
}

TsWriter& TsWriter::pat(std::uint16_t pmt_pid) {
  return section(0, {0x00, 0xb0, 0, 0, 1, 0xc1, 0, 0, 0, 1, static_cast<std::uint8_t>(0xe0 | pmt_pid >> 8),
                     static_cast<std::uint8_t>(pmt_pid)});
}

TsWriter& TsWriter::pmt(const std::vector<Es>& streams, std::uint16_t pcr_pid) {
  Bytes table = {0x02,
                 0xb0,
                 0,
                 0,
                 1,
                 0xc1,
                 0,
                 0,
                 static_cast<std::uint8_t>(0xe0 | pcr_pid >> 8),
                 static_cast<std::uint8_t>(pcr_pid),
                 0xf0,
                 0};
  for (const Es& es : streams) {
    const Bytes entry = {es.stream_type, static_cast<std::uint8_t>(0xe0 | es.pid >> 8),
                         static_cast<std::uint8_t>(es.pid), 0xf0, static_cast<std::uint8_t>(es.descriptors.size())};
    append(table, entry);
    append(table, es.descriptors);
  }
  return section(kPmtPid, table);
}

TsWriter& TsWriter::pes(std::uint16_t pid, std::uint64_t pts, std::uint64_t dts, const Bytes& payload, bool bounded) {
  const bool two = pts != dts;
  const std::size_t header = two ? 10 : 5;
  const std::size_t length = bounded ? 3 + header + payload.size() : 0;
  Bytes unit = {0,
                0,
                1,
                0xe0,
                static_cast<std::uint8_t>(length >> 8),
                static_cast<std::uint8_t>(length),
                0x80,
                static_cast<std::uint8_t>(two ? 0xc0 : 0x80),
                static_cast<std::uint8_t>(header)};
  append_stamp(unit, two ? 3 : 2, pts);
  if (two) append_stamp(unit, 1, dts);
  append(unit, payload);
  spread(pid, unit);
  return *this;
}

TsWriter& TsWriter::pcr(std::uint16_t pid, std::uint64_t base) {
  Bytes packet = {0x47,
                  static_cast<std::uint8_t>(pid >> 8),
                  static_cast<std::uint8_t>(pid),
                  static_cast<std::uint8_t>(0x20 | ((counters_[pid] + 15) & 0x0f)),
                  183,
                  0x10};
  for (int shift = 25; shift >= 1; shift -= 8) packet.push_back(static_cast<std::uint8_t>(base >> shift));
  packet.push_back(static_cast<std::uint8_t>((base & 1) << 7 | 0x7e));
  packet.push_back(0);
  packet.resize(188, 0xff);
  append(bytes_, packet);
  return *this;
}

TsWriter& TsWriter::null_packet() { return packet(0x1fff, false, Bytes(184, 0xff)); }

Bytes h264_unit(bool key, std::size_t size) {
  Bytes unit = {0, 0, 0, 1, 9, 0xf0};
  if (key) {
    // 320x180, frames only, VUI with 25 pictures a second, as x264 writes it.
    const Bytes sets = {0,    0,    0,    1,    0x67, 0x64, 0x00, 0x0d, 0xac, 0xd9, 0x41, 0x41, 0x9f,
                        0x9f, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20,
                        0xf1, 0x42, 0x99, 0x60, 0,    0,    0,    1,    0x68, 0xef, 0x8f, 0xcb};
    append(unit, sets);
  }
  // first_mb_in_slice 0, slice_type 7 (I) or 5 (P), pps 0.
  const Bytes slice = {
      0, 0, 1, static_cast<std::uint8_t>(key ? 0x65 : 0x41), static_cast<std::uint8_t>(key ? 0x88 : 0x9a), 0x84};
  append(unit, slice);
  while (unit.size() < size) unit.push_back(static_cast<std::uint8_t>(0x10 + unit.size() % 200));
  return unit;
}

Bytes adts_frame(std::size_t payload, std::uint8_t fill) {
  const std::size_t size = payload + 7;
  Bytes frame = {0xff,
                 0xf1,
                 0x4c,
                 static_cast<std::uint8_t>(0x80 | size >> 11),
                 static_cast<std::uint8_t>(size >> 3),
                 static_cast<std::uint8_t>((size & 7) << 5 | 0x1f),
                 0xfc};
  frame.insert(frame.end(), payload, fill);
  return frame;
}

}  // namespace understudy::test
