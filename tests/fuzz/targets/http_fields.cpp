// Lines as a server's header block, then bytes as the body to cut a range out of. No wait or age is negative or endless, and
// of a body never more is handed out than was asked for, in the order in which it came.
#include <algorithm>

#include "net/header_fields.h"
#include "net/http_date.h"
#include "net/range_cut.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::net;

namespace {

constexpr Duration kLongest = std::chrono::hours(24 * 366 * 200);

void check(const HttpHead& head) {
  PROMISE(head.status >= 0 && head.status <= 999);
  if (head.retry_after) PROMISE(*head.retry_after >= Duration::zero() && *head.retry_after <= kLongest);
  if (head.max_age) PROMISE(*head.max_age >= Duration::zero() && *head.max_age <= kLongest);
  PROMISE(head.age >= Duration::zero() && head.age <= kLongest);
  PROMISE(head.etag.find_first_of("\r\n") == std::string::npos);
}

void check_cut(const RangeCut::Range& range, HttpHead head, std::optional<std::uint64_t> begin, fuzz::Reader& reader) {
  constexpr std::uint64_t kMaxBody = 1u << 20;
  RangeCut cut;
  if (const auto error = cut.begin(range, head, begin, kMaxBody)) return PROMISE(error->code == ErrorCode::transport_failed);
  std::uint64_t handed_out = 0;
  while (!reader.empty()) {
    const fuzz::Bytes piece = reader.take(1 + reader.byte());
    const auto part = cut.cut(piece);
    PROMISE(part.empty() || (part.data() >= piece.data() && part.data() + part.size() <= piece.data() + piece.size()));
    handed_out += part.size();
  }
  if (range && head.status == 200 && range->second > 0) PROMISE(handed_out <= range->second);
  if (cut.complete()) PROMISE(!cut.fell_short());
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(http_fields) {
  fuzz::Reader reader(input);
  RangeCut::Range range;
  if (const std::uint8_t kind = reader.byte(); kind % 4 != 0) {
    range = {kind % 4 == 1 ? reader.u64() : reader.byte(), kind % 8 < 4 ? reader.byte() : reader.u64()};
  }
  HeaderFields fields;
  bool over = false;
  while (!over && !reader.empty()) {
    const std::string_view line = reader.until('\n');
    over = fields.add_line(line);
    parse_http_date(std::string(line.substr(0, 64)));
  }
  const HttpHead head = fields.head();
  check(head);
  PROMISE(!fields.is_redirect() || (head.status >= 300 && head.status < 400));
  check_cut(range, head, fields.range_begin(), reader);
}
