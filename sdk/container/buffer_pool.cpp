#include "container/buffer_pool.h"

namespace understudy::container {

void BufferPool::FreeList::put(std::vector<std::uint8_t>&& bytes) {
  std::vector<std::uint8_t> mine = std::move(bytes);
  if (mine.capacity() == 0 || mine.capacity() > kMaxKeptCapacity) return;
  if (busy.test_and_set(std::memory_order_acquire)) return;
  if (vectors.size() < kMaxBuffers) {
    mine.clear();
    vectors.push_back(std::move(mine));
  }
  busy.clear(std::memory_order_release);
}

std::vector<std::uint8_t> BufferPool::take() {
  std::vector<std::uint8_t> taken;
  if (free_list_->busy.test_and_set(std::memory_order_acquire)) return taken;
  if (!free_list_->vectors.empty()) {
    taken = std::move(free_list_->vectors.back());
    free_list_->vectors.pop_back();
  }
  free_list_->busy.clear(std::memory_order_release);
  return taken;
}

Buffer BufferPool::seal(std::vector<std::uint8_t>&& bytes) {
  const std::size_t size = bytes.size();
  bytes.resize(size + Buffer::kPadding);
  auto* owned = new std::vector<std::uint8_t>(std::move(bytes));
  bytes.clear();
  std::shared_ptr<const std::vector<std::uint8_t>> storage(owned,
                                                           [list = free_list_](std::vector<std::uint8_t>* vector) {
                                                             list->put(std::move(*vector));
                                                             delete vector;
                                                           });
  return Buffer(std::move(storage), size);
}

}  // namespace understudy::container
