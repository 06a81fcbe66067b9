#include "container/fmp4/sample_entry.h"

#include <algorithm>
#include <array>

#include "container/bit_reader.h"
#include "container/fmp4/box.h"

namespace understudy::container::fmp4 {
namespace {

Codec codec_of(std::uint32_t format) {
  switch (format) {
    case fourcc("avc1"):
    case fourcc("avc3"): return Codec::h264;
    case fourcc("hvc1"):
    case fourcc("hev1"): return Codec::hevc;
    case fourcc("mp4a"): return Codec::aac;  // until its esds says otherwise
    case fourcc(".mp3"):
    case fourcc("mp3 "): return Codec::mp3;
    case fourcc("ac-3"): return Codec::ac3;
    case fourcc("ec-3"): return Codec::eac3;
    case fourcc("Opus"): return Codec::opus;
    case fourcc("fLaC"): return Codec::flac;
    case fourcc("wvtt"): return Codec::webvtt;
    default: return Codec::unknown;
  }
}

void assign(std::vector<std::uint8_t>& to, std::span<const std::uint8_t> from) { to.assign(from.begin(), from.end()); }

// ISO 14496-1 8.3.3: a length in groups of seven bits.
std::span<const std::uint8_t> descriptor_body(ByteReader& bytes) {
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) {
    const std::uint8_t part = bytes.u8();
    length = length << 7 | (part & 0x7fu);
    if ((part & 0x80) == 0) break;
  }
  return bytes.take(std::min(length, bytes.left()));
}

void read_audio_specific_config(std::span<const std::uint8_t> config, TrackInfo& info) {
  constexpr std::array<int, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                          22050, 16000, 12000, 11025, 8000,  7350};
  constexpr std::array<int, 8> kChannels = {0, 1, 2, 3, 4, 5, 6, 8};
  BitReader bits(config);
  const auto rate = [&] {
    const unsigned index = bits.bits(4);
    return index == 15 ? static_cast<int>(bits.bits(24)) : index < kRates.size() ? kRates[index] : 0;
  };
  const unsigned type = bits.bits(5);
  if (type == 31) bits.skip(6);
  int sample_rate = rate();
  const unsigned channels = bits.bits(4);
  if (type == 5 || type == 29) sample_rate = rate();  // explicit SBR: the rate that comes out
  if (!bits.ok()) return;
  if (sample_rate > 0) info.sample_rate = sample_rate;
  if (channels > 0 && channels < kChannels.size()) info.channels = kChannels[channels];
}

void read_esds(std::span<const std::uint8_t> esds, TrackInfo& info) {
  ByteReader bytes(esds);
  bytes.skip(4);
  if (bytes.u8() != 0x03) return;  // ES_Descriptor
  ByteReader es(descriptor_body(bytes));
  es.skip(2);
  const std::uint8_t flags = es.u8();
  if ((flags & 0x80) != 0) es.skip(2);
  if ((flags & 0x40) != 0) es.skip(es.u8());
  if ((flags & 0x20) != 0) es.skip(2);
  if (es.u8() != 0x04) return;  // DecoderConfigDescriptor
  ByteReader decoder(descriptor_body(es));
  switch (decoder.u8()) {
    case 0x40:
    case 0x66:
    case 0x67:
    case 0x68: info.codec = Codec::aac; break;
    case 0x69:
    case 0x6b: info.codec = Codec::mp3; break;
    case 0xa5: info.codec = Codec::ac3; break;
    case 0xa6: info.codec = Codec::eac3; break;
    default: info.codec = Codec::unknown;
  }
  decoder.skip(12);
  if (info.codec != Codec::aac || decoder.u8() != 0x05) return;  // DecoderSpecificInfo
  assign(info.config, descriptor_body(decoder));
  read_audio_specific_config(info.config, info);
}

void read_dops(std::span<const std::uint8_t> dops, TrackInfo& info) {
  assign(info.config, dops);
  ByteReader bytes(dops);
  bytes.skip(1);
  info.channels = bytes.u8();
  info.encoder_delay = from_ticks(bytes.u16(), 48000);  // pre-skip
  info.sample_rate = 48000;
}

int ac3_channels(unsigned mode, bool low_frequency) {
  constexpr std::array<int, 8> kChannels = {2, 1, 2, 3, 3, 4, 4, 5};
  return kChannels[mode & 7] + (low_frequency ? 1 : 0);
}

void read_audio_child(std::uint32_t type, std::span<const std::uint8_t> body, TrackInfo& info) {
  BitReader bits(body);
  switch (type) {
    case fourcc("esds"): read_esds(body, info); break;
    case fourcc("dOps"): read_dops(body, info); break;
    case fourcc("dfLa"):  // metadata blocks behind version and flags
      if (body.size() > 4) assign(info.config, body.subspan(4));
      break;
    case fourcc("dac3"):
    case fourcc("dec3"): {
      bits.skip(type == fourcc("dac3") ? 10 : 16 + 12);
      const unsigned mode = bits.bits(3);
      const bool low_frequency = bits.flag();
      if (bits.ok()) info.channels = ac3_channels(mode, low_frequency);
      break;
    }
    case fourcc("wave"):  // QuickTime wraps it
      for_each_box(body, [&](std::uint32_t inner, std::span<const std::uint8_t> inner_body) {
        if (inner == fourcc("esds")) read_esds(inner_body, info);
      });
      break;
    default: break;
  }
}

void read_audio_entry(ByteReader& bytes, TrackInfo& info) {
  const std::uint16_t version = bytes.u16();
  bytes.skip(6);
  info.channels = bytes.u16();
  bytes.skip(6);
  info.sample_rate = static_cast<int>(bytes.u32() >> 16);
  if (version == 1) bytes.skip(16);
  if (version == 2) bytes.skip(36);
}

void read_video_entry(ByteReader& bytes, TrackInfo& info) {
  bytes.skip(16);
  info.width = bytes.u16();
  info.height = bytes.u16();
  bytes.skip(50);
}

}  // namespace

void describe_from_stsd(std::span<const std::uint8_t> stsd, std::uint32_t handler, TrackInfo& info) {
  info.kind = handler == fourcc("vide")   ? TrackKind::video
              : handler == fourcc("soun") ? TrackKind::audio
                                          : TrackKind::metadata;
  if (stsd.size() < 8) return;
  const auto [status, entry] = BoxHeader::parse(stsd.subspan(8));
  if (status != BoxHeader::Status::ok) return;
  ByteReader bytes(stsd.subspan(8 + entry.header_size));
  bytes.skip(8);  // reserved, data_reference_index
  if (info.kind == TrackKind::video) read_video_entry(bytes, info);
  if (info.kind == TrackKind::audio) read_audio_entry(bytes, info);
  info.codec = codec_of(entry.type);
  if (entry.type == fourcc("encv") || entry.type == fourcc("enca")) {
    info.encrypted = true;
    ByteReader original(find_box(find_box(bytes.rest(), fourcc("sinf")), fourcc("frma")));
    info.codec = codec_of(original.u32());
  }
  if (info.kind == TrackKind::metadata && info.codec == Codec::unknown) info.codec = Codec::private_data;
  for_each_box(bytes.rest(), [&](std::uint32_t type, std::span<const std::uint8_t> body) {
    if (info.kind == TrackKind::video && (type == fourcc("avcC") || type == fourcc("hvcC"))) assign(info.config, body);
    if (info.kind == TrackKind::audio) read_audio_child(type, body, info);
  });
}

}  // namespace understudy::container::fmp4
