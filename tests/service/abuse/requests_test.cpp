// Requests that are wrong in themselves: each is refused with the status that says why, at once, and changes nothing.
#include <algorithm>
#include <string>
#include <vector>

#include "stage.h"
#include "support/catch.h"

namespace understudy::test {
namespace {

struct Abuse {
  const char* name;
  std::string bytes;
  std::vector<int> statuses;  // any of these; 0: closed without an answer
};

std::string many_fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": y\r\n";
  return fields;
}

std::string chunked(const std::string& body) {
  return request("POST /channels", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", true) + body;
}

const std::string kHidden = request("DELETE /channels/ch-b", "", true);  // what a smuggler would like to have executed

std::vector<Abuse> malformed() {
  return {
      {"no request at all", "nonsense\r\n\r\n", {400}},
      {"binary",
       std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(64, '\0') + "\r\n\r\n",
       {400}},
      {"no version", "GET /playout/ch-a\r\n\r\n", {400}},
      {"another version", "GET /playout/ch-a HTTP/2.0\r\nHost: test\r\n\r\n", {400, 505}},
      {"a space too many", "GET  /playout/ch-a HTTP/1.1\r\nHost: test\r\n\r\n", {400}},
      {"no target", "GET  HTTP/1.1\r\nHost: test\r\n\r\n", {400}},
      {"a line feed alone", "GET /playout/ch-a HTTP/1.1\nHost: test\n\n", {400, 408}},
      {"a carriage return in a field", request("GET /playout/ch-a", "X: a\rb\r\n"), {400}},
      {"a NUL in a field", request("GET /playout/ch-a", std::string("X: a\0b\r\n", 8)), {400}},
      {"a space before the colon", request("GET /playout/ch-a", "X : a\r\n"), {400}},
      {"a field without a colon", request("GET /playout/ch-a", "nonsense\r\n"), {400}},
      {"no host", "GET /playout/ch-a HTTP/1.1\r\n\r\n", {400}},
      {"two hosts", request("GET /playout/ch-a", "Host: other\r\n"), {400}},
      {"authority form", "CONNECT example.org:443 HTTP/1.1\r\nHost: test\r\n\r\n", {400}},
      {"a method of a megabyte", std::string(1 << 20, 'A') + " / HTTP/1.1\r\nHost: test\r\n\r\n", {400, 414, 431}},
      {"a target of a megabyte", "GET /" + std::string(1 << 20, 'a') + " HTTP/1.1\r\nHost: test\r\n\r\n", {414}},
      {"a target of 5 KiB", "GET /" + std::string(5 << 10, 'a') + " HTTP/1.1\r\nHost: test\r\n\r\n", {414}},
      {"a field of a megabyte", request("GET /playout/ch-a", "X: " + std::string(1 << 20, 'a') + "\r\n"), {431}},
      {"fifty thousand fields", request("GET /playout/ch-a", many_fields(50'000)), {431}},
      {"a body of a gigabyte", request("POST /channels", "Content-Length: 1000000000\r\n", true), {413}},
      {"a length beyond all numbers",
       request("POST /channels", "Content-Length: 99999999999999999999\r\n", true),
       {400}},
      {"a negative length", request("POST /channels", "Content-Length: -1\r\n", true), {400}},
      {"two lengths", request("POST /channels", "Content-Length: 0\r\nContent-Length: 5\r\n", true) + kHidden, {400}},
      {"a list of lengths", request("POST /channels", "Content-Length: 0, 5\r\n", true) + kHidden, {400}},
      {"length and chunks",
       request("POST /channels", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", true) + "0\r\n\r\n" + kHidden,
       {400}},
      {"chunks and length",
       request("POST /channels", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", true) + "0\r\n\r\n" + kHidden,
       {400}},
      {"chunked twice",
       request("POST /channels", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", true) + "0\r\n\r\n" +
           kHidden,
       {400, 501}},
      {"an unknown coding", request("POST /channels", "Transfer-Encoding: xchunked\r\n", true) + kHidden, {501}},
      {"a coding with a trick",
       request("POST /channels",
               "Transfer-Encoding: \x0b"
               "chunked\r\n",
               true) +
           kHidden,
       {400, 501}},
      {"a chunk size that is none", chunked("zz\r\n{}\r\n0\r\n\r\n" + kHidden), {400}},
      {"a negative chunk", chunked("-2\r\n{}\r\n0\r\n\r\n" + kHidden), {400}},
      {"a chunk size beyond all numbers", chunked("FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n" + kHidden), {400, 413}},
      {"a chunk longer than it says", chunked("2\r\n{}x\r\n0\r\n\r\n" + kHidden), {400}},
      {"chunks of a megabyte", chunked("100000\r\n" + std::string(1 << 20, ' ') + "\r\n0\r\n\r\n"), {413}},
      {"a chunk extension of a megabyte",
       chunked("2;" + std::string(1 << 20, 'x') + "\r\n{}\r\n0\r\n\r\n"),
       {400, 413}},
      {"trailers of a megabyte", chunked("2\r\n{}\r\n0\r\n" + many_fields(100'000) + "\r\n"), {400, 413, 431}},
  };
}

// One answer and the connection is over: what stands behind a request that nobody can delimit is never executed.
void check_refused(Stage& stage, const Abuse& abuse) {
  INFO(abuse.name);
  const Ending ending = send_raw(stage.port(), abuse.bytes);
  CHECK(std::count(abuse.statuses.begin(), abuse.statuses.end(), ending.status) == 1);
  if (ending.status == 0) WARN(abuse.name << ": " << ending.bytes);
  CHECK(ending.answers <= 1);
  CHECK(ending.closed);
}

}  // namespace

TEST_CASE("a malformed request is refused once, and its connection closed") {
  Stage stage;
  const std::string before = stage.state();
  const std::int64_t rss = stage.rss();
  const int descriptors = stage.descriptors();
  GoodPollers good(stage.port());
  for (const Abuse& abuse : malformed()) check_refused(stage, abuse);
  const auto served = good.finish();
  CHECK(served.failures == 0);
  CHECK(served.answers > 0);
  CHECK(stage.state() == before);
  CHECK(stage.wait_for_descriptors(descriptors, std::chrono::seconds(20)));
  CHECK(stage.rss() - rss < 16 << 10);
  CHECK(stage.alive());
}

TEST_CASE("no spelling of a path reaches what another path is for") {
  Stage stage;
  struct Trick {
    const char* target;
    int status;
  };
  const std::vector<Trick> tricks = {
      {"/playout/../channels", 404},
      {"/playout/%2e%2e/channels", 404},
      {"/playout/..", 404},
      {"/playout/%2e%2e", 404},
      {"//playout/ch-a", 404},
      {"//channels", 404},
      {"/playout//ch-a", 404},
      {"/playout/ch-a%00", 400},
      {"/playout/ch-a%00.m3u8", 400},
      {"/playout%2fch-a", 400},
      {"/channels%2Fch-a", 400},
      {"/playout/ch-a%", 400},
      {"/playout/ch-a%zz", 400},
      {"/PLAYOUT/ch-a", 404},
      {"/playout/ch-a/../ch-b", 404},
      {"/playout/ch%2da", 200},
      {"/playout/ch-a/", 200},
      {"/playout/ch-a?x=../../channels", 200},
      {"/playout/%c0%ae%c0%ae", 404},
      {"/playout/..%5cchannels", 404},
      {"/./playout/ch-a", 404},
      {"http://other/playout/ch-a", 200},
      {"http://other", 404},
      {"http://other/channels", 401},
      {"/channels", 401},
      {"/channels/", 401},
      {"/channels/..", 401},
      {"/channels/ch-a/../../playout", 401},
      {"/etc/passwd", 404},
      {"/../../../../etc/passwd", 404},
      {"/playout/' OR 1=1--", 400},
      {"/playout/'%20OR%201=1--", 404},
      {"*", 404},
  };
  for (const Trick& trick : tricks) {
    INFO(trick.target);
    const Ending ending = send_raw(stage.port(), request(std::string("GET ") + trick.target, "Connection: close\r\n"));
    CHECK(ending.status == trick.status);
    CHECK(ending.answers == 1);
    CHECK(ending.closed);
    CHECK(ending.bytes.find("streamKey") == std::string::npos);
    CHECK(ending.bytes.find("root:") == std::string::npos);
  }
  CHECK(stage.alive());
}

TEST_CASE("without the right key nothing of the management API answers, and nothing changes") {
  Stage stage;
  const std::string before = stage.state();
  const std::vector<std::string> keys = {
      "",
      "Authorization:\r\n",
      "Authorization: Basic\r\n",
      "Authorization: Basic \r\n",
      "Authorization: Basic a2V5Ondyb25n\r\n",    // key:wrong
      "Authorization: Basic a2V5OnNlY3JldA\r\n",  // without its padding
      "Authorization: Basic a2V5OnNlY3JldA==x\r\n",
      "Authorization: Basic OnNlY3JldA==\r\n",              // :secret
      "Authorization: Basic a2V5Og==\r\n",                  // key:
      "Authorization: Basic a2V5OnNlY3JldHNlY3JldA==\r\n",  // key:secretsecret
      "Authorization: Basic a2V5OnNlY3JldAA=\r\n",          // key:secret and a NUL
      "Authorization: Bearer a2V5OnNlY3JldA==\r\n",
      "Authorization: Basic key:secret\r\n",
      "Authorization: Basic \xff\xfe\r\n",
      "Authorization: Basic " + std::string(12'000, 'A') + "\r\n",
      "X-Authorization: Basic a2V5OnNlY3JldA==\r\n",
      "Authorization: Basic AAAA\r\nAuthorization: Basic a2V5OnNlY3JldA==\r\n",
  };
  const std::vector<std::string> lines = {
      "GET /channels",        "DELETE /channels/ch-a", "POST /channels/ch-a/start", "PATCH /channels/ch-a",
      "GET /channels/nobody", "BREW /channels",        "GET /channels/ch-a/faults"};
  std::string first_body;
  for (const std::string& key : keys) {
    for (const std::string& line : lines) {
      INFO(line << " with " << key.substr(0, 60));
      const Ending ending =
          send_raw(stage.port(), request(line, key + "Content-Length: 9\r\nConnection: close\r\n") + "{not json");
      CHECK(ending.status == 401);
      CHECK(ending.bytes.find("WWW-Authenticate: Basic") != std::string::npos);
      // The same to all: an answer tells a stranger neither what exists nor how near a key was.
      const std::string body = body_of(ending.bytes);
      if (first_body.empty()) first_body = body;
      CHECK(body == first_body);
    }
  }
  CHECK(stage.state() == before);
}

TEST_CASE("wrong methods and bodies are refused by name") {
  Stage stage;
  const std::string before = stage.state();
  struct Wrong {
    std::string line;
    std::string fields;
    std::string body;
    int status;
  };
  const std::string json = "Content-Type: application/json\r\n";
  const std::vector<Wrong> all = {
      {"POST /playout/ch-a", "", "", 405},
      {"TRACE /playout/ch-a", "", "", 405},
      {"get /playout/ch-a", "", "", 405},
      {"BREW /playout/ch-a", "", "", 405},
      {"PUT /channels/ch-a", json, "{}", 405},
      {"BREW /channels", "", "", 405},
      {"DELETE /healthz", "", "", 405},
      {"POST /channels", json, "{", 400},
      {"POST /channels", json, "[]", 400},
      {"POST /channels", json, std::string(60'000, '['), 400},
      {"POST /channels", json, "{\"ingestLocation\":\"\xff\"}", 400},
      {"POST /channels", json, std::string("{\0}", 3), 400},
      {"POST /channels", "Content-Type: text/xml\r\n", "<a/>", 415},
      {"POST /channels", json, "{\"ingestLocation\":\"europe-west\",\"id\":\"../../x\"}", 400},
      {"POST /channels", json, "{\"ingestLocation\":\"europe-west\",\"id\":\"" + std::string(10'000, 'i') + "\"}", 400},
      {"PATCH /channels/ch-a", json, "{\"metadata\":{\"x\":\"" + std::string(100'000, 'm') + "\"}}", 413},
      {"PATCH /channels/ch-a", json, "{\"metadata\":\"" + std::string(200'000, 'm') + "\"}", 413},
      {"PATCH /channels/ch-a", json, "{\"__proto__\":{\"x\":1}}", 400},
  };
  for (const Wrong& wrong : all) {
    INFO(wrong.line << " " << wrong.fields << wrong.body.substr(0, 60));
    const std::string length = "Content-Length: " + std::to_string(wrong.body.size()) + "\r\nConnection: close\r\n";
    const Ending ending = send_raw(stage.port(), request(wrong.line, wrong.fields + length, true) + wrong.body);
    CHECK(ending.status == wrong.status);
    if (wrong.status == 405) CHECK(ending.bytes.find("\r\nAllow: ") != std::string::npos);
  }
  CHECK(stage.state() == before);
}

}  // namespace understudy::test
