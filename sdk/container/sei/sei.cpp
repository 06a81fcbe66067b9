#include "container/sei/sei.h"

#include "container/annexb/nal.h"
#include "container/bit_reader.h"
#include "container/byte_reader.h"

namespace understudy::container::sei {
namespace {

constexpr std::size_t kMaxNal = 64u << 10;  // larger than any caption or timing message; the rest is not looked at

std::uint32_t number(ByteReader& bytes) {
  std::uint32_t value = 0;
  std::uint8_t byte = 0xff;
  while (byte == 0xff && bytes.ok()) {
    byte = bytes.u8();
    value += byte;
  }
  return value;
}

}  // namespace

std::vector<Message> parse(std::span<const std::uint8_t> body) {
  const auto payload = annexb::unescape(body, kMaxNal);
  ByteReader bytes(payload);
  std::vector<Message> messages;
  while (bytes.left() > 2) {  // fewer cannot hold a message in front of the trailing bits
    Message message;
    message.type = number(bytes);
    const std::uint32_t size = number(bytes);
    const auto data = bytes.take(size);
    if (!bytes.ok()) break;
    message.payload.assign(data.begin(), data.end());
    messages.push_back(std::move(message));
  }
  return messages;
}

bool has_recovery_point(std::span<const std::uint8_t> body) {
  for (const Message& message : parse(body)) {
    if (message.type != kRecoveryPoint) continue;
    BitReader bits(message.payload);
    const std::uint32_t frames = bits.ue();
    if (bits.ok() && frames < 1u << 16) return true;  // MaxFrameNum is at most 2^16
  }
  return false;
}

}  // namespace understudy::container::sei
