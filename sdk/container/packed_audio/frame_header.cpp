#include "container/packed_audio/frame_header.h"

#include <array>

#include "container/bit_reader.h"

namespace understudy::container {
namespace {

constexpr std::array<int, 13> kAacRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                           22050, 16000, 12000, 11025, 8000,  7350};
constexpr std::array<int, 8> kAc3Channels = {2, 1, 2, 3, 3, 4, 4, 5};
constexpr std::array<int, 3> kAc3Rates = {48000, 44100, 32000};

// kbit/s by bit rate index 1…14.
constexpr int kMpegRates[2][3][15] = {{{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
                                       {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
                                       {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
                                      {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
                                       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
                                       {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}}};

constexpr std::array<int, 19> kAc3BitRates = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                              192, 224, 256, 320, 384, 448, 512, 576, 640};

std::optional<AudioFrameHeader> parse_plain_ac3(std::span<const std::uint8_t> bytes, unsigned bsid) {
  const unsigned rate_code = bytes[4] >> 6;
  const unsigned size_code = bytes[4] & 0x3f;
  if (rate_code == 3 || size_code >= 2 * kAc3BitRates.size()) return std::nullopt;
  BitReader bits(bytes.subspan(6));
  const unsigned mode = bits.bits(3);
  if ((mode & 1) != 0 && mode != 1) bits.skip(2);
  if ((mode & 4) != 0) bits.skip(2);
  if (mode == 2) bits.skip(2);
  const bool low_frequency = bits.flag();
  const int bit_rate = kAc3BitRates[size_code / 2] * 1000;
  // Words per frame, table 4.13: 1536 samples; at 44.1 kHz the odd code has one word more.
  std::size_t words = static_cast<std::size_t>(bit_rate) * 96 / static_cast<std::size_t>(kAc3Rates[rate_code]);
  if (rate_code == 1) words += size_code & 1;
  AudioFrameHeader header;
  header.codec = Codec::ac3;
  header.frame_size = words * 2;
  header.samples = 1536;
  header.sample_rate = kAc3Rates[rate_code] >> (bsid > 8 ? bsid - 8 : 0);
  header.channels = kAc3Channels[mode] + (low_frequency ? 1 : 0);
  header.signature = std::uint32_t{bytes[4]} << 8 | mode;
  return header;
}

std::optional<AudioFrameHeader> parse_enhanced_ac3(std::span<const std::uint8_t> bytes) {
  constexpr std::array<std::uint32_t, 4> kBlocks = {1, 2, 3, 6};
  const unsigned type = bytes[2] >> 6;
  const unsigned rate_code = bytes[4] >> 6;
  const unsigned second_code = bytes[4] >> 4 & 3;
  if (type == 3 || (rate_code == 3 && second_code == 3)) return std::nullopt;
  AudioFrameHeader header;
  header.codec = Codec::eac3;
  header.frame_size = ((std::size_t{bytes[2]} & 7) << 8 | bytes[3]) * 2 + 2;
  header.samples = 256 * (rate_code == 3 ? 6 : kBlocks[second_code]);
  header.sample_rate = rate_code == 3 ? kAc3Rates[second_code] / 2 : kAc3Rates[rate_code];
  header.channels = kAc3Channels[bytes[4] >> 1 & 7] + (bytes[4] & 1);
  header.dependent = type == 1;
  header.signature = bytes[4];
  if (header.frame_size < kMinHeader) return std::nullopt;
  return header;
}

}  // namespace

std::optional<AudioFrameHeader> parse_adts(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kMinHeader || bytes[0] != 0xff || (bytes[1] & 0xf6) != 0xf0) return std::nullopt;
  const unsigned object_type = (bytes[2] >> 6) + 1u;
  const unsigned rate_index = bytes[2] >> 2 & 0xf;
  const unsigned channel_config = (bytes[2] & 1u) << 2 | bytes[3] >> 6;
  if (rate_index >= kAacRates.size()) return std::nullopt;
  AudioFrameHeader header;
  header.codec = Codec::aac;
  header.header_size = (bytes[1] & 1) != 0 ? 7 : 9;
  header.frame_size = (std::size_t{bytes[3]} & 3) << 11 | std::size_t{bytes[4]} << 3 | bytes[5] >> 5;
  if (header.frame_size <= header.header_size) return std::nullopt;
  header.samples = 1024 * ((bytes[6] & 3u) + 1);
  header.sample_rate = kAacRates[rate_index];
  header.channels = channel_config == 7 ? 8 : static_cast<int>(channel_config);
  header.signature = std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | (bytes[3] & 0xf0u);
  header.config = {static_cast<std::uint8_t>(object_type << 3 | rate_index >> 1),
                   static_cast<std::uint8_t>((rate_index & 1) << 7 | channel_config << 3)};
  return header;
}

std::optional<AudioFrameHeader> parse_mpeg_audio(std::span<const std::uint8_t> bytes) {
  constexpr std::array<int, 3> kRates = {44100, 48000, 32000};
  if (bytes.size() < 4 || bytes[0] != 0xff || (bytes[1] & 0xe0) != 0xe0) return std::nullopt;
  const unsigned version = bytes[1] >> 3 & 3;  // 0 MPEG-2.5, 2 MPEG-2, 3 MPEG-1
  const unsigned layer = 4u - (bytes[1] >> 1 & 3);
  const unsigned rate_index = bytes[2] >> 4;
  const unsigned frequency = bytes[2] >> 2 & 3;
  if (version == 1 || layer == 4 || rate_index == 0 || rate_index == 15 || frequency == 3) return std::nullopt;
  const bool mpeg1 = version == 3;
  const int bit_rate = kMpegRates[mpeg1 ? 0 : 1][layer - 1][rate_index] * 1000;
  AudioFrameHeader header;
  header.codec = Codec::mp3;
  header.sample_rate = kRates[frequency] >> (mpeg1 ? 0 : version == 2 ? 1 : 2);
  header.samples = layer == 1 ? 384 : layer == 3 && !mpeg1 ? 576 : 1152;
  const int padding = bytes[2] >> 1 & 1;
  const int slots = static_cast<int>(header.samples) / (layer == 1 ? 32 : 8) * bit_rate / header.sample_rate + padding;
  header.frame_size = static_cast<std::size_t>(layer == 1 ? slots * 4 : slots);
  header.channels = bytes[3] >> 6 == 3 ? 1 : 2;
  header.signature = std::uint32_t{bytes[1]} << 8 | (bytes[2] & 0x0cu) | (header.channels == 1 ? 1u : 0u);
  if (header.frame_size < kMinHeader) return std::nullopt;
  return header;
}

std::optional<AudioFrameHeader> parse_ac3(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kMinHeader || bytes[0] != 0x0b || bytes[1] != 0x77) return std::nullopt;
  const unsigned bsid = bytes[5] >> 3;
  if (bsid > 16) return std::nullopt;
  return bsid <= 10 ? parse_plain_ac3(bytes, bsid) : parse_enhanced_ac3(bytes);
}

ParseFrameHeader frame_header_parser(Codec codec) {
  switch (codec) {
    case Codec::aac: return parse_adts;
    case Codec::mp3: return parse_mpeg_audio;
    case Codec::ac3:
    case Codec::eac3: return parse_ac3;
    default: return nullptr;
  }
}

}  // namespace understudy::container
