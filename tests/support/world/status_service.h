// The document that viewers poll, as the companion service would publish it for one requested id.
#pragma once

#include "core/status/document.h"
#include "support/world/network.h"

namespace understudy::world {

class StatusService {
 public:
  static constexpr const char* kHost = "status.test";
  explicit StatusService(std::string id);

  std::string url() const { return std::string("http://") + kHost + "/playout/" + document_.id; }
  const status::StatusDocument& document() const { return document_; }
  /// Change it, and the next poll sees a new revision.
  template <class F>
  void edit(F change) {
    change(document_);
    ++document_.revision;
  }
  status::MemberState& member(status::StatusDocument& document, const std::string& src) const;
  Answer answer(const loading::Fetch& fetch) const;
  /// A cache hands out this document, whatever was published since.
  void pin(const status::StatusDocument& document) { pinned_ = document; }
  void unpin() { pinned_.reset(); }

 private:
  status::StatusDocument document_;
  std::optional<status::StatusDocument> pinned_;
};

}  // namespace understudy::world
