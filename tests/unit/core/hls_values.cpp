#include <string>

#include "core/hls/attributes.h"
#include "core/hls/values.h"
#include "core/hls/variables.h"
#include "support/catch.h"

using namespace understudy;
using namespace understudy::hls;

namespace {

std::optional<std::int64_t> nanos(std::string_view text) {
  const auto value = parse_seconds(text);
  return value ? std::optional(value->count()) : std::nullopt;
}

std::optional<std::int64_t> date(std::string_view text) {
  const auto value = parse_date(text);
  return value ? std::optional(value->time.time_since_epoch().count()) : std::nullopt;
}

}  // namespace

TEST_CASE("decimal seconds are read to the nanosecond without floating point") {
  CHECK(nanos("10") == 10'000'000'000);
  CHECK(nanos("9.009") == 9'009'000'000);
  CHECK(nanos("0.1") == 100'000'000);
  CHECK(nanos("1.0000000004") == 1'000'000'000);
  CHECK(nanos("1.0000000005") == 1'000'000'001);
  CHECK(nanos("0.9999999999") == 1'000'000'000);
  CHECK(nanos(".5") == 500'000'000);
  CHECK(nanos("5.") == 5'000'000'000);
  CHECK(nanos("-4.5") == -4'500'000'000);
  CHECK(nanos("+2") == 2'000'000'000);
  CHECK(nanos(" 6 ") == 6'000'000'000);
  CHECK(nanos("9000000000") == 9'000'000'000'000'000'000);
}

TEST_CASE("what is no decimal number of seconds is refused") {
  for (const char* text :
       {"", ".", "-", "1e3", "NaN", "inf", "0x10", "1,5", "1.2.3", "--1", "9000000001", "99999999999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(nanos(text));
  }
}

TEST_CASE("integers refuse signs, junk and overflow") {
  CHECK(parse_unsigned("18446744073709551615") == 18'446'744'073'709'551'615u);
  CHECK_FALSE(parse_unsigned("18446744073709551616"));
  CHECK_FALSE(parse_unsigned("-1"));
  CHECK_FALSE(parse_unsigned("1x"));
  CHECK_FALSE(parse_unsigned(""));
  CHECK(parse_signed("-11") == -11);
}

TEST_CASE("every ISO 8601 spelling of one moment gives the same time") {
  constexpr std::int64_t kMoment = 1'550'110'440'106'000'000;  // 2019-02-14T02:14:00.106Z
  for (const char* text :
       {"2019-02-14T02:14:00.106Z", "2019-02-14t02:14:00.106z", "2019-02-14 02:14:00.106Z", "2019-02-14T02:14:00,106Z",
        "2019-02-14T02:14:00.106+00:00", "2019-02-14T02:14:00.106-00:00", "2019-02-14T02:14:00.106+0000",
        "2019-02-14T02:14:00.106+00", "2019-02-14T04:14:00.106+02:00", "2019-02-14T04:14:00.106+0200",
        "2019-02-13T22:14:00.106-04", "2019-02-14T07:59:00.106+05:45", "20190214T021400.106Z",
        "2019-02-14T02:14:00.106000Z", "2019-02-14T02:14:00.106000000Z"}) {
    INFO(text);
    CHECK(date(text) == kMoment);
  }
  CHECK(date("2019-02-14T02:14:00.106123Z") == kMoment + 123'000);
  CHECK(date("2019-02-14T02:14:00.1061234567Z") == kMoment + 123'457);
}

TEST_CASE("a date without a zone counts as UTC and says so") {
  const auto parsed = parse_date("2019-02-14T02:14:00");
  REQUIRE(parsed);
  CHECK(parsed->zone_missing);
  CHECK(parsed->time.time_since_epoch() == std::chrono::seconds(1'550'110'440));
}

TEST_CASE("the calendar is kept: leap days, leap seconds, the epoch and before") {
  CHECK(date("1970-01-01T00:00:00Z") == 0);
  CHECK(date("1969-12-31T23:59:59Z") == -1'000'000'000);
  CHECK(date("2000-02-29T00:00:00Z") == 951'782'400'000'000'000);
  CHECK(date("2016-12-31T23:59:60Z") == date("2017-01-01T00:00:00Z"));
  CHECK_FALSE(date("2100-02-29T00:00:00Z"));
}

TEST_CASE("what is no date is refused") {
  for (const char* text : {"",
                           "yesterday",
                           "2019-13-01T00:00:00Z",
                           "2019-02-30T00:00:00Z",
                           "2019-02-14",
                           "2019-02-14T",
                           "2019-02-14T24:00:00Z",
                           "2019-02-14T02:60:00Z",
                           "2019-02-14T02:14:00.Z",
                           "2019-02-14T02:14:00+25:00",
                           "2019-02-14T02:14:00+1",
                           "2019-02-14T02:14:00Zulu",
                           "0000-01-01T00:00:00Z",
                           "9999-01-01T00:00:00Z",
                           "2019-0214T00:00:00Z",
                           "2019-00-01T00:00:00Z",
                           "2019-02-00T00:00:00Z",
                           "2019-02-14T02:14:61Z",
                           "2019-02-14T02:14:00+02:60",
                           "2019-02-14T02:14:00*02:00"}) {
    INFO(text);
    CHECK_FALSE(date(text));
  }
}

TEST_CASE("a byte range takes the implied offset only where it states none") {
  CHECK(parse_byte_range("100@20", 7)->range == ByteRange{20, 100});
  CHECK(parse_byte_range("100", 7)->range == ByteRange{7, 100});
  CHECK_FALSE(parse_byte_range("@20", 0));
  CHECK_FALSE(parse_byte_range("100@", 0));
  CHECK_FALSE(parse_byte_range("-1@0", 0));
  CHECK_FALSE(parse_byte_range("9223372036854775807@1", 0));
  CHECK_FALSE(parse_byte_range("1@9223372036854775808", 0));
}

TEST_CASE("an attribute list keeps commas inside quotes and skips empty places") {
  const Attributes list(R"(,BANDWIDTH=300, CODECS="avc1.4d401e,mp4a.40.2" ,NAME="",LAST=x)");
  CHECK(list.get("BANDWIDTH") == "300");
  CHECK(list.get("CODECS") == "avc1.4d401e,mp4a.40.2");
  CHECK(list.has("NAME"));
  CHECK(list.get("NAME").empty());
  CHECK(list.get("LAST") == "x");
  CHECK_FALSE(list.malformed());
}

TEST_CASE("a malformed attribute list is read as far as it goes") {
  CHECK(Attributes(R"(URI="open,A=1)").get("URI") == "open,A=1");
  CHECK(Attributes(R"(URI="open)").malformed());
  CHECK(Attributes("junk,A=1").get("A") == "1");
  CHECK(Attributes("junk,A=1").malformed());
  CHECK(Attributes("A=1,A=2").get("A") == "1");
  CHECK(Attributes("=1").malformed());
  CHECK(Attributes("junk").malformed());
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "A" + std::to_string(i) + "=1,";
  CHECK(Attributes(many).malformed());
  CHECK(Attributes(many).get("A0") == "1");
  CHECK_FALSE(Attributes(many).has("A999"));
  CHECK(Attributes("A=").get("A").empty());
  CHECK_FALSE(Attributes("").malformed());
}

TEST_CASE("a variable is substituted once, not recursively") {
  const Variables variables = {{"a", "{$b}"}, {"b", "x"}};
  CHECK(substitute("/{$a}/{$b}/{$", variables, 100).text == "/{$b}/x/{$");
  CHECK(substitute("{$c}", variables, 100).undefined);
  CHECK(substitute("{$b}{$b}{$b}", variables, 2).too_long);
}

TEST_CASE("a query parameter is found by its whole name and percent-decoded") {
  constexpr std::string_view kUrl = "https://h/p?token=1&to=a%20b+c&empty&last=%zz#to=no";
  CHECK(query_parameter(kUrl, "to") == "a b c");
  CHECK(query_parameter(kUrl, "empty") == "");
  CHECK(query_parameter(kUrl, "last") == "%zz");
  CHECK(query_parameter("https://h/p?t=%4a%4A%2f%a", "t") == "JJ/%a");
  CHECK_FALSE(query_parameter(kUrl, "ken"));
  CHECK_FALSE(query_parameter("https://h/p", "to"));
}
