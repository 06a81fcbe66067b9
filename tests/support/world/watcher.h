// Whoever wants to see everything that happens in a World, as it happens: checkers, recorders, counters. While
// there is one, the world keeps of requests, events and pictures only the last minutes. A watcher only looks; it is called within the turn that it is told of.
#pragma once

#include "core/session/io.h"
#include "support/world/media_model.h"
#include "support/world/network.h"

namespace understudy::world {

class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Before the engine gets it.
  virtual void on_input(const session::Input&) {}
  /// Before it is carried out; every output, deadlines too.
  virtual void on_output(const session::Output&) {}
  /// Follows the Fetch that asked for it.
  virtual void on_request(const RequestRecord&) {}
  /// Every picture, in order.
  virtual void on_shown(const Shown&) {}
  /// A fault began or ended, the document was edited, the machine slept.
  virtual void on_change() {}
};

}  // namespace understudy::world
