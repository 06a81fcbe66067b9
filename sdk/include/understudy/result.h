// Result<T>: a value or an Error, with std::expected's member names (GCC 12 and Clang 14 have no std::expected).
// Never throws: value() on an error is a programmer error and aborts.
#pragma once

#include <cstdlib>
#include <new>
#include <utility>
#include <variant>

#include "understudy/error.h"

namespace understudy {

/// Wraps an error so that it converts to any Result<T>: `return Unexpected{Error{…}};`
struct Unexpected {
  Error error;
};

inline Unexpected fail(ErrorCode code, std::string detail, int http_status = 0) {
  return Unexpected{Error{code, std::move(detail), http_status}};
}

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Unexpected unexpected) : state_(std::in_place_index<1>, std::move(unexpected.error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & { return *checked(std::get_if<0>(&state_)); }
  const T& value() const& { return *checked(std::get_if<0>(&state_)); }
  T&& value() && { return std::move(*checked(std::get_if<0>(&state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return *checked(std::get_if<1>(&state_)); }
  T value_or(T fallback) const& { return has_value() ? value() : std::move(fallback); }

 private:
  template <class P>
  static P* checked(P* p) {
    if (p == nullptr) std::abort();
    return p;
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unexpected unexpected) : error_(std::move(unexpected.error)), failed_(true) {}
  bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace understudy
