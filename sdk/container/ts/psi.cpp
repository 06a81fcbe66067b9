#include "container/ts/psi.h"

#include "container/byte_reader.h"

namespace understudy::container::ts {
namespace {

constexpr std::uint32_t fourcc(const char (&text)[5]) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[i]);
  return value;
}

struct Form {
  TrackKind kind;
  Codec codec;
  Carriage carriage;
};

Form form_of(std::uint8_t stream_type) {
  switch (stream_type) {
    case 0x1b: return {TrackKind::video, Codec::h264, Carriage::video};
    case 0x24: return {TrackKind::video, Codec::hevc, Carriage::video};
    case 0x0f: return {TrackKind::audio, Codec::aac, Carriage::audio};
    case 0x03:
    case 0x04: return {TrackKind::audio, Codec::mp3, Carriage::audio};
    case 0x81: return {TrackKind::audio, Codec::ac3, Carriage::audio};
    case 0x87: return {TrackKind::audio, Codec::eac3, Carriage::audio};
    case 0x86: return {TrackKind::metadata, Codec::scte35, Carriage::sections};
    // Known to be pictures or sound, but nothing that this demuxer cuts up: MPEG-1/2/4 video, VVC; LATM, DTS.
    case 0x01:
    case 0x02:
    case 0x10:
    case 0x33: return {TrackKind::video, Codec::unknown, Carriage::pes_units};
    case 0x11:
    case 0x1c:
    case 0x82:
    case 0x8a: return {TrackKind::audio, Codec::unknown, Carriage::pes_units};
    default: return {TrackKind::metadata, Codec::private_data, Carriage::pes_units};
  }
}

// Only private data (0x06, 0x05 and up from 0x80) and metadata (0x15) are what their descriptors say.
void apply_descriptor(std::uint8_t tag, std::span<const std::uint8_t> body, EsInfo& es) {
  ByteReader bytes(body);
  const auto is = [&es](Codec codec) {
    es.kind = TrackKind::audio;
    es.codec = codec;
    es.carriage = Carriage::audio;
  };
  switch (tag) {
    case 0x05: {  // registration
      const std::uint32_t format = bytes.u32();
      if (format == fourcc("AC-3")) is(Codec::ac3);
      if (format == fourcc("EAC3")) is(Codec::eac3);
      if (format == fourcc("HEVC")) es = {es.pid, TrackKind::video, Codec::hevc, Carriage::video, 0};
      if (format == fourcc("ID3 ")) es.codec = Codec::id3;
      if (format == fourcc("Opus")) {
        is(Codec::opus);
        es.carriage = Carriage::opus;
      }
      break;
    }
    case 0x6a: is(Codec::ac3); break;
    case 0x7a: is(Codec::eac3); break;
    case 0x26: {  // metadata: application format, then the metadata format
      if (bytes.u16() == 0xffff) bytes.skip(4);
      if (bytes.u8() == 0xff && bytes.u32() == fourcc("ID3 ")) es.codec = Codec::id3;
      break;
    }
    case 0x7f:  // DVB extension; 0x80 is Opus' channel configuration
      if (bytes.u8() == 0x80 && bytes.ok()) es.opus_channel_config = bytes.u8();
      break;
    default: break;
  }
}

EsInfo parse_stream(ByteReader& bytes) {
  const std::uint8_t type = bytes.u8();
  EsInfo es;
  es.pid = bytes.u16() & 0x1fff;
  const Form form = form_of(type);
  es.kind = form.kind;
  es.codec = form.codec;
  es.carriage = form.carriage;
  ByteReader descriptors(bytes.take(bytes.u16() & 0x0fffu));
  const bool open = form.codec == Codec::private_data;
  while (open && descriptors.left() >= 2) {
    const std::uint8_t tag = descriptors.u8();
    const auto body = descriptors.take(descriptors.u8());
    apply_descriptor(tag, body, es);
  }
  return es;
}

// Header, last section bytes and CRC stripped; nothing where it is another table or not yet current.
std::optional<std::span<const std::uint8_t>> body_of(std::span<const std::uint8_t> section, std::uint8_t table_id) {
  constexpr std::size_t kLongHeader = 8;
  constexpr std::size_t kCrc = 4;
  if (section.size() < kLongHeader + kCrc || section[0] != table_id || (section[5] & 1) == 0) return std::nullopt;
  return section.subspan(kLongHeader, section.size() - kLongHeader - kCrc);
}

}  // namespace

std::optional<Pat> parse_pat(std::span<const std::uint8_t> section) {
  const auto body = body_of(section, 0x00);
  if (!body) return std::nullopt;
  ByteReader bytes(*body);
  while (bytes.left() >= 4) {
    const std::uint16_t program = bytes.u16();
    const std::uint16_t pid = bytes.u16() & 0x1fff;
    if (program != 0) return Pat{pid};
  }
  return std::nullopt;
}

std::optional<Pmt> parse_pmt(std::span<const std::uint8_t> section) {
  const auto body = body_of(section, 0x02);
  if (!body) return std::nullopt;
  ByteReader bytes(*body);
  Pmt pmt;
  pmt.pcr_pid = bytes.u16() & 0x1fff;
  bytes.skip(bytes.u16() & 0x0fffu);
  while (bytes.left() >= 5) {
    const EsInfo es = parse_stream(bytes);
    if (!bytes.ok()) break;
    pmt.streams.push_back(es);
  }
  return pmt;
}

}  // namespace understudy::container::ts
