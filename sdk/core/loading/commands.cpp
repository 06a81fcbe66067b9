#include "core/loading/commands.h"

#include <algorithm>

namespace understudy::loading {

bool Outbox::take_back(RequestId id) {
  const auto it = std::find_if(commands_.begin(), commands_.end(), [id](const Command& command) {
    const auto* fetch = std::get_if<Fetch>(&command);
    return fetch != nullptr && fetch->id == id;
  });
  if (it == commands_.end()) return false;
  commands_.erase(it);
  return true;
}

Error FetchDone::failure() const {
  if (error.code != ErrorCode::none) return error;
  return Error{ErrorCode::http_status, "HTTP status " + std::to_string(status), status};
}

}  // namespace understudy::loading
