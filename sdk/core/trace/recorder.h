// Records a session while it runs. Stands in front of the Session: what goes through handle() and poll_output() is written.
#pragma once

#include <functional>
#include <set>
#include <string_view>
#include <utility>

#include "core/session/session.h"
#include "core/trace/codec.h"

namespace understudy::trace {

class Recorder {
 public:
  /// Receives each line without its line feed; the text is valid during the call only.
  using Line = std::function<void(std::string_view)>;

  /// REQUIRES: `session` is fresh, made from `config`, outlives the recorder, and is driven through it alone.
  Recorder(session::Session& session, const SessionConfig& config, Line line) : session_(session), line_(std::move(line)) {
    line_(write_header(config));
  }

  void handle(const session::Input& input, Instant now, WallTime wall) {
    told_deadline_ = false;
    line_(write_input({input, now, wall}, bodies_of(input)));
    session_.handle(input, now, wall);
  }

  session::Output poll_output() {
    session::Output output = session_.poll_output();
    const bool is_deadline = std::holds_alternative<session::Deadline>(output);
    // Asking again without an input in between answers the same deadline; that says nothing new.
    if (!is_deadline || !told_deadline_) line_(write_output(output));
    told_deadline_ = is_deadline;
    if (const auto* fetch = std::get_if<loading::Fetch>(&output); fetch != nullptr && fetch->purpose == loading::Purpose::poster)
      posters_.insert(fetch->id);
    if (const auto* cancel = std::get_if<loading::CancelFetch>(&output)) posters_.erase(cancel->id);
    return output;
  }

 private:
  Bodies bodies_of(const session::Input& input) {
    const auto* done = std::get_if<loading::FetchDone>(&input);
    return done != nullptr && posters_.erase(done->id) > 0 ? Bodies::size_only : Bodies::whole;
  }

  session::Session& session_;
  Line line_;
  std::set<RequestId> posters_;  // in flight; the session has one at a time
  bool told_deadline_ = false;
};

}  // namespace understudy::trace
