// Drives an HttpClient against real sockets while `now` stays virtual.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http_client.h"
#include "support/catch.h"
#include "understudy/curl_client.h"

namespace understudy::test {

struct Answer {
  std::optional<net::HttpHead> head;
  std::string body;
  int body_calls = 0;
  std::optional<Error> done;
  net::HttpTiming timing;
};

class Recorder : public net::HttpObserver {
 public:
  void on_head(RequestId id, const net::HttpHead& head) override {
    CHECK_FALSE(answers[id].head);
    answers[id].head = head;
  }
  void on_body(RequestId id, std::span<const std::uint8_t> bytes) override {
    CHECK(answers[id].head);
    answers[id].body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ++answers[id].body_calls;
    if (cancel_on_body != nullptr) cancel_on_body->cancel(id);
  }
  void on_done(RequestId id, const Error& error, const net::HttpTiming& timing) override {
    CHECK_FALSE(answers[id].done);
    answers[id].done = error;
    answers[id].timing = timing;
  }

  std::map<RequestId, Answer> answers;
  net::HttpClient* cancel_on_body = nullptr;
};

class ClientUnderTest {
 public:
  RequestId get(const std::string& url, net::HttpRequest request = {}) {
    request.id = RequestId{++last_id_};
    request.url = url;
    http->start(request);
    return request.id;
  }
  /// Polls at the present `now` until the condition holds; a hang fails the test.
  template <class Condition>
  void run_until(Condition condition) {
    for (int rounds = 0; !condition(); ++rounds) {
      REQUIRE(rounds < 5000);
      http->poll(recorder, now);
      if (condition()) return;
      http->wait(from_ms(5));
    }
  }
  const Answer& finish(RequestId id) {
    run_until([&] { return recorder.answers[id].done.has_value(); });
    return recorder.answers[id];
  }
  void advance(Duration step) {
    now += step;
    http->poll(recorder, now);
  }
  Answer& answer(RequestId id) { return recorder.answers[id]; }

  HttpClientPtr http = make_curl_client();
  Recorder recorder;
  Instant now{from_ms(1'000'000)};

 private:
  std::uint64_t last_id_ = 0;
};

}  // namespace understudy::test
