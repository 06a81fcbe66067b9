// Recycled padded buffers for access units: the demuxer appends payload bytes to a vector of the pool, seals it into a
// Buffer, and the vector comes back when the last owner lets go of it, on whatever thread that is.
//
// Nobody ever waits: when two threads meet at the free list, the one that comes second allocates (or frees) instead.
// Bound: kMaxBuffers vectors of at most kMaxKeptCapacity bytes each are kept for reuse.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "container/access_unit.h"

namespace understudy::container {

class BufferPool {
 public:
  static constexpr std::size_t kMaxBuffers = 64;
  static constexpr std::size_t kMaxKeptCapacity = 512u << 10;

  BufferPool() : free_list_(std::make_shared<FreeList>()) {}

  /// An empty vector, with the capacity of its former life.
  std::vector<std::uint8_t> take();
  /// Adds the padding and hands the bytes over. `bytes` comes from take(); it is left empty.
  Buffer seal(std::vector<std::uint8_t>&& bytes);
  /// Takes back a vector that was not sealed.
  void give_back(std::vector<std::uint8_t>&& bytes) { free_list_->put(std::move(bytes)); }

 private:
  // Shared with the buffers that are out, so that it outlives the pool.
  struct FreeList {
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
    std::vector<std::vector<std::uint8_t>> vectors;
    void put(std::vector<std::uint8_t>&& bytes);
  };
  std::shared_ptr<FreeList> free_list_;
};

}  // namespace understudy::container
