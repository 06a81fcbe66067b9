#include "explorer.h"

#include <algorithm>

#include "audit.h"
#include "insight.h"
#include "liveness.h"

namespace understudy::model {

using failover::Controller;
using failover::State;

namespace {

// One state in so many is audited when it is reached again, so many times.
constexpr std::uint32_t kSampled = 50;
constexpr int kAudits = 4;

std::uint64_t hash(const std::string& bytes, std::uint64_t h) {
  for (const char c : bytes) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ (h >> 29);
}

bool is_failback(const failover::Decision& d) {
  const auto* commit = std::get_if<failover::Commit>(&d);
  return commit != nullptr && commit->reason == Reason::failback;
}

}  // namespace

Report Explorer::run(const std::function<void(int, std::uint64_t)>& progress) {
  Controller first(setting_.policy, Random(1));
  normalise(first, setting_.policy, kNow);
  next_.push_back(Node{first, 0, 0});
  trails_.push_back({0, {}});
  const std::string memory = memory_of(first) + '\0';
  seen_.emplace(Print{hash(memory, 1), hash(memory, 2)}, 0);
  report_.by_state[first.state()] = 1;
  check_rescues(next_.front());
  for (const Event& event : setting_.prefix) {
    const Node node = next_.front();
    next_.clear();
    apply(node, event);
    if (next_.empty()) {
      found("the prefix leads somewhere", "nothing new after " + to_string(event, setting_.members), node.id, nullptr);
      return std::move(report_);
    }
  }
  next_.erase(next_.begin() + 1, next_.end());
  for (int depth = 0; depth < setting_.depth && !next_.empty(); ++depth) {
    const std::vector<Node> level = std::exchange(next_, {});
    for (const Node& node : level) {
      expand(node);
      if (done()) return std::move(report_);
    }
    if (!next_.empty()) report_.depth = depth + 1;
    if (progress) progress(depth + 1, trails_.size());
  }
  report_.complete = next_.empty();
  report_.states = trails_.size();
  return std::move(report_);
}

void Explorer::expand(const Node& node) {
  for (Event event : events_of(node.controller, setting_.members)) {
    if (event.kind != Event::Kind::see) {
      apply(node, event);
      continue;
    }
    for (std::size_t step = 0; step < kSteps.size(); ++step) {
      event.later = static_cast<std::uint8_t>(step);
      apply(node, event);
    }
  }
}

void Explorer::apply(const Node& node, const Event& event) {
  ++report_.transitions;
  Controller c = node.controller;
  switch (event.kind) {
    case Event::Kind::first_frame: c.on_first_frame(*c.active()); break;
    case Event::Kind::switched: c.on_switched(*c.active()); break;
    case Event::Kind::switch_to: c.request_switch(SourceId{event.member}); break;
    case Event::Kind::next: c.request_switch(std::nullopt); break;
    case Event::Kind::rejoin: c.rejoin(); break;
    case Event::Kind::see: {
      const Instant now = kNow + kSteps[event.later];
      const failover::View view = view_of(c, event, setting_.members, now);
      reseed(c, kLucks[event.luck]);
      const std::vector<failover::Decision> decisions = c.evaluate(view);
      const bool drawn = has_drawn(c, kLucks[event.luck]);
      int failbacks = kSteps[event.later] >= failover::kVoluntaryWindow ? 0 : node.failbacks;
      failbacks += static_cast<int>(std::count_if(decisions.begin(), decisions.end(), is_failback));
      for (const Broken& b : broken_rules({node.controller, view, decisions, c, setting_.policy, failbacks}))
        found(b.rule, b.what, node.id, &event);
      if (event.later == 0 && event.luck == 0)
        for (const Broken& b : broken_by_waiting(decisions, c, view)) found(b.rule, b.what, node.id, &event);
      normalise(c, setting_.policy, now);
      visit(std::move(c), failbacks, node, event);
      if (!drawn || event.luck + 1u == kLucks.size()) return;
      Event other = event;
      ++other.luck;
      return apply(node, other);
    }
  }
  normalise(c, setting_.policy, kNow);
  visit(std::move(c), node.failbacks, node, event);
}

void Explorer::visit(Controller&& c, int failbacks, const Node& from, const Event& event) {
  const State state = c.state();
  const std::pair pair{from.controller.state(), state};
  if (pair.first != pair.second && !report_.pairs.contains(pair)) report_.pairs[pair] = path_to(from.id, &event);
  const std::string memory = memory_of(c) + static_cast<char>(failbacks);
  const auto id = static_cast<std::uint32_t>(trails_.size());
  const auto [known, is_new] = seen_.emplace(Print{hash(memory, 1), hash(memory, 2)}, id);
  if (!is_new) {
    if (const auto sample = samples_.find(known->second); sample != samples_.end() && ++sample->second.audits <= kAudits)
      audit(sample->second.controller, c, known->second);
    return;
  }
  if (id % kSampled == 0) samples_.emplace(id, Sample{c});
  trails_.push_back({from.id, event});
  ++report_.by_state[state];
  next_.push_back(Node{std::move(c), id, static_cast<std::uint8_t>(failbacks)});
  check_rescues(next_.back());
}

void Explorer::check_rescues(const Node& node) {
  if (node.controller.state() == State::stopped && !setting_.policy.auto_restart) return;
  for (std::size_t member = 0; member < setting_.members; ++member)
    for (const Others others : kOthers) {
      if (others == Others::deliver && member > 0) continue;  // the same for all
      const Rescue r = rescue(node.controller, setting_.policy, setting_.members, member, others);
      report_.slowest_rescue = std::max(report_.slowest_rescue, r.took);
      if (!r.failed) continue;
      constexpr const char* kNames[] = {"all deliver", "the others refuse", "the others are silent"};
      found("no dead end", std::string(1, static_cast<char>('A' + member)) + " delivers, " + kNames[static_cast<int>(others)] + ": " + *r.failed,
            node.id, nullptr);
    }
}

void Explorer::audit(const Controller& known, const Controller& again, std::uint32_t id) {
  ++report_.audits;
  if (const auto event = told_apart(known, again, setting_.policy, setting_.members))
    found("equal states are equal", "two ways to what is taken for one state go on differently", id, &*event);
}

void Explorer::found(const std::string& rule, const std::string& what, std::uint32_t id, const Event* last) {
  const bool known = std::any_of(report_.findings.begin(), report_.findings.end(),
                                 [&](const Finding& f) { return f.rule == rule && f.what == what; });
  if (!known) report_.findings.push_back({rule, what, path_to(id, last)});
}

std::vector<std::string> Explorer::path_to(std::uint32_t id, const Event* last) const {
  std::vector<std::string> path;
  if (last != nullptr) path.push_back(to_string(*last, setting_.members));
  for (; id != 0; id = trails_[id].parent) path.push_back(to_string(trails_[id].event, setting_.members));
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace understudy::model
