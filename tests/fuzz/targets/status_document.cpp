// Any text as a status document: a typed error or a document within its bounds, whose URLs are fetched by nobody but HTTP,
// whose policy is one that a session accepts, and which is the same again after being written and read.
#include "core/status/document.h"
#include "support/target.h"

using namespace understudy;
using namespace understudy::status;

namespace {

void check_url(const std::string& url) {
  PROMISE(url.empty() || url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0);
}

void check(const StatusDocument& document) {
  PROMISE(document.members.size() <= kMaxMembers);
  PROMISE(document.prelive.announcement.size() <= kMaxAnnouncementBytes);
  PROMISE(document.ttl_ms >= 0 && document.ttl_ms <= 30'000);
  PROMISE(validate(document.policy).has_value());
  check_url(document.playout.hls);
  check_url(document.prelive.poster_url);
  for (std::size_t i = 0; i < document.members.size(); ++i) {
    check_url(document.members[i].playout.hls);
    if (i > 0) PROMISE(document.members[i - 1].priority <= document.members[i].priority);
  }
}

}  // namespace

UNDERSTUDY_FUZZ_TARGET(status_document) {
  const auto parsed = parse_document(fuzz::text_of(input));
  if (!parsed) {
    PROMISE(parsed.error().code == ErrorCode::bad_status_document || parsed.error().code == ErrorCode::limit_exceeded);
    PROMISE(!parsed.error().detail.empty() && parsed.error().detail.size() < 1024);
    return;
  }
  check(*parsed);
  const auto again = parse_document(to_json(*parsed));
  PROMISE(again && *again == *parsed);
}
