// A management operation either yields a value or is refused for a reason that the client can act on.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace understudy::companion {

enum class Refusal {
  invalid_json,      // not JSON, or nested too deep
  invalid_member,    // a member is unknown, of the wrong type or out of its range
  invalid_fallback,  // the validity matrix of FAILOVER.md 1
  invalid_origin,    // the origin does not accept its settings or faults
  unknown_id,
  id_taken,
  wrong_state,  // e.g. a channel that is being deleted
  too_many,     // a bound on channels, aliases or members
  too_large,
};

struct Refused {
  Refusal why;
  std::string detail;  // one line, names the member or the id
};

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : state_(std::move(value)) {}
  Outcome(Refused refused) : state_(std::move(refused)) {}
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Refused& refused() const { return std::get<1>(state_); }

 private:
  std::variant<T, Refused> state_;
};

}  // namespace understudy::companion
