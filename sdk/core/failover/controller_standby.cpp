// How ready the others wait (FAILOVER.md 6). By policy, and the next one a level higher once there is a suspicion.
#include <algorithm>

#include "core/failover/controller.h"

namespace understudy::failover {

void Controller::forget_standby() {
  raised_until_.reset();
  for (auto& [id, memory] : memory_) {
    memory.standby = Standby::cold;
    memory.watched = false;
  }
}

/// `rank`: 0 is the next to be tried. A member that fails while it is hot loses the place for a while, so the next warm one
/// becomes hot.
Standby Controller::standby_of(const MemberView& m, std::size_t rank, int& hot_left, const View& v) const {
  const bool in_raise = raised_until_ && v.now < *raised_until_ && v.now >= raise_at_;
  Standby level = policy_.standby == Standby::cold ? Standby::cold : Standby::warm;
  if (policy_.standby == Standby::hot && hot_left > 0 && m.says_playing && v.now >= hot_again_at(m.id)) {
    --hot_left;
    level = Standby::hot;
  }
  // What comes next for a warm one is to load its media: that is the hedge itself, with its budget.
  if (in_raise && rank == 0 && level == Standby::cold) level = Standby::warm;
  return level;
}

Instant Controller::hot_again_at(SourceId id) const {
  const auto it = memory_.find(id);
  return it == memory_.end() ? Instant{} : it->second.hot_again_at;
}

void Controller::consider_standby(const View& v, Out& out) {
  if (raised_until_ && losing_) raised_until_ = std::max(*raised_until_, v.now + kRaisedFor / 2);
  if (raised_until_ && v.now < raise_at_) wake_at(raise_at_);
  if (raised_until_ && v.now >= *raised_until_) raised_until_.reset();
  if (raised_until_) wake_at(*raised_until_);
  for (const MemberView& m : v.members) {
    MemberMemory& memory = memory_[m.id];
    const bool failed = (m.assessment.broken() || m.stale || m.crawls) && !v.network_down;  // then nobody is to blame
    if (memory.standby == Standby::hot && failed) memory.hot_again_at = v.now + kRaisedFor;
    if (v.now < memory.hot_again_at) wake_at(memory.hot_again_at);
  }
  const auto able = able_members(v);
  std::map<SourceId, Standby> levels;
  int hot_left = static_cast<int>(policy_.hot_members);
  for (std::size_t rank = 0; rank < able.size(); ++rank)
    levels[able[rank]->id] = standby_of(*able[rank], rank, hot_left, v);
  for (const MemberView& m : v.members) {
    if (active_ == m.id || (candidate_ && candidate_->id == m.id)) continue;
    MemberMemory& memory = memory_[m.id];
    const auto known = levels.find(m.id);
    const Standby level = known == levels.end() ? Standby::cold : known->second;
    const bool watched = watching_primary_ && m.id.value == 0;
    // Within a switch nobody is made ready or torn down, the source that still shows least of all; a raise ends when its time is over.
    const bool ends_raise = memory.standby == Standby::warm && level == Standby::cold;
    if (state_ == State::switching && !ends_raise) continue;
    if (memory.standby == level && memory.watched == watched) continue;
    memory.standby = level;
    memory.watched = watched;
    out.push_back(Stand{m.id, level, watched});
  }
}

}  // namespace understudy::failover
