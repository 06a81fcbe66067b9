// Answers that no honest server gives, by path.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "support/raw_server.h"

namespace understudy::test {

struct HostileAnswer {
  enum class Kind {
    body,      // as it is, 200
    status,    // `text` is the status line's rest, e.g. "404 Not Found"
    redirect,  // to `text`; empty: to itself
    endless,   // `text` again and again, no length announced
    cut,       // announces twice the length of `text` and closes behind it
  } kind = Kind::body;
  std::string text;
};

class HostileServer {
 public:
  using Answers = std::map<std::string, HostileAnswer>;  // by path, with its slash

  HostileServer() : server_([this](RawConnection& connection) { serve(connection); }) {}

  /// Before the first request. "@" in texts is this server's base URL.
  void set(Answers answers) {
    for (auto& [path, answer] : answers)
      for (std::size_t at = answer.text.find("@/"); at != std::string::npos; at = answer.text.find("@/", at))
        answer.text.replace(at, 1, base());
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }
  std::string base() const { return server_.url(""); }
  std::string url(const std::string& path) const { return server_.url(path); }

 private:
  void serve(RawConnection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      const std::size_t begin = request.find('/');
      const std::string path = request.substr(begin, request.find_first_of(" ?", begin) - begin);
      const std::optional<HostileAnswer> known = answer_to(path);
      if (!known) {
        connection.answer("", "", "404 Not Found");
        continue;
      }
      if (!answer(connection, path, *known)) return;
    }
  }

  std::optional<HostileAnswer> answer_to(const std::string& path) {
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(path);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
  }

  /// False: nothing more can be said on this connection.
  bool answer(RawConnection& connection, const std::string& path, const HostileAnswer& what) {
    switch (what.kind) {
      case HostileAnswer::Kind::body: connection.answer(what.text); return true;
      case HostileAnswer::Kind::status: connection.answer("", "", what.text); return true;
      case HostileAnswer::Kind::redirect:
        connection.answer("", "Location: " + (what.text.empty() ? url(path) : what.text) + "\r\n", "302 Found");
        return true;
      case HostileAnswer::Kind::endless:
        connection.send("HTTP/1.1 200 OK\r\n\r\n");
        while (connection.send(what.text)) {
        }
        return false;
      case HostileAnswer::Kind::cut:
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(2 * what.text.size()) + "\r\n\r\n" +
                        what.text);
        return false;
    }
    return false;
  }

  std::mutex mutex_;
  Answers answers_;
  RawServer server_;  // last: its threads use the member above
};

}  // namespace understudy::test
