#include "net/header_fields.h"

#include "support/catch.h"

using namespace understudy;
using net::HeaderFields;

namespace {

HeaderFields fields_of(std::initializer_list<const char*> lines) {
  HeaderFields fields;
  for (const char* line : lines) fields.add_line(line);
  return fields;
}

}  // namespace

TEST_CASE("the caching and retry fields of an answer are read") {
  const auto head =
      fields_of({"HTTP/1.1 503 Busy\r\n", "ETag: \"r7\"\r\n", "Content-Length: 12\r\n", "Retry-After: 30\r\n",
                 "cache-control: public, MAX-AGE=6, stale-if-error=9\r\n", "age: 2\r\n"})
          .head();
  CHECK(head.status == 503);
  CHECK(head.etag == "\"r7\"");
  CHECK(head.content_length == 12u);
  CHECK(head.retry_after == from_ms(30'000));
  CHECK(head.max_age == from_ms(6000));
  CHECK(head.age == from_ms(2000));
}

TEST_CASE("a Retry-After date counts from the answer's own Date") {
  const auto fields = fields_of(
      {"HTTP/1.1 503 Busy", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:49:57 GMT"});
  CHECK(fields.head().retry_after == from_ms(20'000));
}

TEST_CASE("a Retry-After date in the past means at once") {
  const auto fields = fields_of(
      {"HTTP/1.1 503 Busy", "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:00:00 GMT"});
  CHECK(fields.head().retry_after == Duration::zero());
}

TEST_CASE("field values that make no sense count as absent") {
  const auto head =
      fields_of({"HTTP/1.1 200 OK", "Content-Length: -5", "Retry-After: soon", "Age: x", "Cache-Control: max-age=1e9"})
          .head();
  CHECK_FALSE(head.content_length);
  CHECK_FALSE(head.retry_after);
  CHECK_FALSE(head.max_age);
  CHECK(head.age == Duration::zero());
}

TEST_CASE("a field value with a control character in it counts as absent") {
  CHECK(fields_of({"HTTP/1.1 200 OK", "ETag: \"a\rX-Mine: 1\""}).head().etag.empty());
  CHECK(fields_of({"HTTP/1.1 200 OK", "ETag: \"a\x7f\""}).head().etag.empty());
  CHECK(fields_of({"HTTP/1.1 200 OK", "ETag: \"a\tb\"\r\n"}).head().etag == "\"a\tb\"");
}

TEST_CASE("an absurd Retry-After is bounded") {
  const auto head = fields_of({"HTTP/1.1 503 Busy", "Retry-After: 18446744073709551615"}).head();
  REQUIRE(head.retry_after);
  CHECK(*head.retry_after <= std::chrono::hours(24 * 366));
}

TEST_CASE("a new status line starts the block over") {
  const auto head =
      fields_of({"HTTP/1.1 302 Found", "ETag: \"old\"", "Location: /x", "", "HTTP/2 200", "Age: 1"}).head();
  CHECK(head.status == 200);
  CHECK(head.etag.empty());
}

TEST_CASE("the length of an encoded body is not the length of what is handed out") {
  CHECK_FALSE(fields_of({"HTTP/1.1 200 OK", "Content-Length: 12", "Content-Encoding: gzip"}).head().content_length);
}
