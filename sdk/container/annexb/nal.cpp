#include "container/annexb/nal.h"

#include <algorithm>

namespace understudy::container::annexb {

std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from) {
  std::size_t i = from + 2;  // looks at the third byte first: in most positions it rules out three at once
  while (i < bytes.size()) {
    if (bytes[i] > 1) {
      i += 3;
    } else if (bytes[i] == 0) {
      i += 1;
    } else if (bytes[i - 1] == 0 && bytes[i - 2] == 0) {
      return i - 2;
    } else {
      i += 3;
    }
  }
  return bytes.size();
}

std::vector<std::uint8_t> unescape(std::span<const std::uint8_t> nal, std::size_t max) {
  std::vector<std::uint8_t> payload;
  payload.reserve(std::min(nal.size(), max));
  unsigned zeros = 0;
  for (const std::uint8_t byte : nal) {
    if (payload.size() >= max) break;
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    payload.push_back(byte);
  }
  return payload;
}

}  // namespace understudy::container::annexb
