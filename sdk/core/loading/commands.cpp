#include "core/loading/commands.h"

namespace understudy::loading {

Error FetchDone::failure() const {
  if (error.code != ErrorCode::none) return error;
  return Error{ErrorCode::http_status, "HTTP status " + std::to_string(status), status};
}

}  // namespace understudy::loading
