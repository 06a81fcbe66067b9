// Writing and reading the values of a trace line. Private to trace/.
#pragma once

#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/trace/names.h"
#include "core/trace/shapes.h"

namespace understudy::trace {

template <class T>
concept Shaped = !std::is_same_v<std::remove_cvref_t<decltype(kShape<T>)>, int>;
template <class T>
concept Enumerated = std::is_enum_v<T>;
template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

/// More items than any list of a session has; a hostile line must not ask for more memory than a multiple of its length.
inline constexpr std::size_t kMaxItems = 1024;
/// Of a body that is given by its size alone.
inline constexpr std::uint64_t kMaxOmittedBytes = 16u << 20;

class Writer {
 public:
  void put(std::string_view text);  // quoted and escaped
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(bool flag) { raw(flag ? "true" : "false"); }
  template <Number N>
  void put(N number) {
    char digits[24];
    raw({digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, number).ptr - digits)});
  }
  template <Enumerated E>
  void put(E value) { raw(name_of(value)); }
  template <class Tag, class Rep>
  void put(const StrongId<Tag, Rep>& id) { put(id.value); }
  void put(Duration d) { put(d.count()); }
  template <class Clock>
  void put(std::chrono::time_point<Clock, Duration> t) { put(t.time_since_epoch()); }
  template <class T>
  void put(const std::optional<T>& value) { put(*value); }
  template <class T>
  void put(const std::vector<T>& items) {
    raw("[");
    for (const T& item : items) {
      if (&item != items.data()) raw(" ");
      put(item);
    }
    raw("]");
  }
  template <Shaped T>
  void put(const T& value) {
    raw("{");
    fields(value, "");
    raw("}");
  }

  /// Every field that differs from its default, `before` ahead of the first and a space ahead of the others.
  template <Shaped T>
  void fields(const T& value, std::string_view before) {
    const T defaults{};
    const auto one = [&](const auto& f) {
      if (value.*f.member == defaults.*f.member) return;
      raw(before);
      before = " ";
      raw(f.name);
      raw("=");
      put(value.*f.member);
    };
    std::apply([&](const auto&... f) { (one(f), ...); }, kShape<T>.fields);
  }

  void raw(std::string_view text) { out_ += text; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// Reads from the left. The first failure is kept; everything after it fails too.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool get(std::string& text);
  bool get(bool& flag);
  template <Number N>
  bool get(N& number) {
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), number);
    if (error != std::errc()) return expected("a number in range");
    at_ = static_cast<std::size_t>(end - text_.data());
    return true;
  }
  template <Enumerated E>
  bool get(E& value) {
    const std::string_view name = word();
    for (int i = 0; i < kEnd<E>; ++i) {
      value = static_cast<E>(i);
      if (name_of(value) == name && name != "unknown") return true;
    }
    return expected("a known name");
  }
  template <class Tag, class Rep>
  bool get(StrongId<Tag, Rep>& id) { return get(id.value); }
  bool get(Duration& d) {
    Duration::rep count = 0;
    if (!get(count)) return false;
    d = Duration(count);
    return true;
  }
  template <class Clock>
  bool get(std::chrono::time_point<Clock, Duration>& t) {
    Duration since{};
    if (!get(since)) return false;
    t = std::chrono::time_point<Clock, Duration>(since);
    return true;
  }
  template <class T>
  bool get(std::optional<T>& value) { return get(value.emplace()); }
  template <class T>
  bool get(std::vector<T>& items) {
    if (!take("[")) return expected("[");
    while (!take("]")) {
      if (!items.empty() && !take(" ")) return expected("a space or ]");
      if (items.size() == kMaxItems) return expected("fewer items");
      if (!get(items.emplace_back())) return false;
    }
    return true;
  }
  template <Shaped T>
  bool get(T& value) {
    if (!take("{")) return expected("{");
    if (!fields(value, "")) return false;
    return take("}") || expected("a known field in its place, or }");
  }

  /// The fields that are there, in their order; `before` stands ahead of the first.
  template <Shaped T>
  bool fields(T& value, std::string_view before) {
    const auto one = [&](const auto& f) {
      if (!begins_field(before, f.name)) return true;
      at_ += before.size() + f.name.size() + 1;
      before = " ";
      return get(value.*f.member);
    };
    return std::apply([&](const auto&... f) { return (one(f) && ...); }, kShape<T>.fields);
  }

  bool take(std::string_view token);
  /// Letters, digits and underscores up to the next other character.
  std::string_view word();
  bool at_end() const { return at_ == text_.size(); }
  bool expected(std::string_view what);
  std::string failure() const { return "column " + std::to_string(failed_at_ + 1) + ": expected " + expected_; }

 private:
  bool begins_field(std::string_view before, std::string_view name) const;
  bool get_omitted(std::string& text);
  bool get_escape(std::string& text);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t failed_at_ = 0;
  std::string expected_;
};

}  // namespace understudy::trace
