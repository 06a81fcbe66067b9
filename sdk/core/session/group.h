// The failover group of a session: the primary and its members as the document or the app names them, each with its loader and
// its monitors. Ids are places in the group: a member that disappears keeps its place and is marked absent.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/loading/source_loader.h"
#include "core/session/source_monitor.h"
#include "core/status/document.h"

namespace understudy::session {

struct Member {
  SourceId id{};
  std::string name;
  std::string url;
  std::optional<std::string> moved_to;  // its new URL, as long as the loader of the old one is at work
  bool present = false;  // still named by the document
  bool enabled = false;
  bool active = true;    // false: a deactivated alias
  bool playing = false;  // by its status
  bool terminal = false; // stopped, deleting, deleted
  int priority = 0;
  std::unique_ptr<loading::SourceLoader> loader;
  std::unique_ptr<SourceMonitor> monitor;
  bool seen_live = false;           // it was published live in this session
  Standby standby = Standby::cold;  // how ready the controller wants it
  bool watched = false;             // and whether its playlist is followed in its own rhythm
  bool placed_again = false;        // and that was corrected by what its sound told
  bool looked_back = false;         // and that was tried from further back, to find where it belongs
  bool placing = false;             // to be loaded from where it belongs, once its playlist is here
  // How its content lies against what is shown (FAILOVER.md 7), for as long as this placement of it stands.
  enum class Alignment { unknown, measured, unclear } alignment = Alignment::unknown;
  Duration alignment_bound{};
  bool skew_known = false;  // of its dates: measured, or it was what the others are measured against
  std::optional<std::int64_t> decode_permille;  // last told by the pipeline
  failover::Assessment assessment;  // of the last turn

  bool eligible() const { return present && enabled && active && !terminal && !url.empty(); }
};

class Group {
 public:
  Group(loading::Outbox& outbox, Random random) : outbox_(&outbox), random_(random) {}

  /// Takes over what a document says. The primary keeps id 0 even where its URL changed (then its loader begins anew).
  void adopt(const status::StatusDocument& document, const Policy& policy, const SessionConfig& config);
  void adopt(const std::vector<PlainSource>& sources, const Policy& policy, const SessionConfig& config);

  /// Gives it a loader for this URL; where the loader of another one is at work it is noted in `moved_to`.
  void equip(Member& member, std::string url, const Policy& policy, const SessionConfig& config);

  bool empty() const { return members_.empty(); }
  std::vector<Member>& members() { return members_; }
  const std::vector<Member>& members() const { return members_; }
  Member& operator[](SourceId id) { return members_[id.value]; }
  const Member& operator[](SourceId id) const { return members_[id.value]; }

 private:
  Member& place(const std::string& name, bool primary);

  loading::Outbox* outbox_;
  Random random_;
  std::vector<Member> members_;  // bounded: 1 + kMaxMembers present ones, and at most kMaxRemembered in all
};

inline constexpr std::size_t kMaxRemembered = 256;

/// HLS by the URL's path (.m3u8), or any URL that ends in neither a known streaming scheme nor a media file.
bool looks_like_hls(const std::string& url);

}  // namespace understudy::session
