// A pool of threads that are started once and lent to callers. Nothing here depends on programs.
#pragma once

#include <functional>

namespace descent {

// Calls body(0, count) on this thread and body(1, count) to body(count - 1, count) on others, all at the same time. Returns when all
// have returned. The count is `threads`, or less if the system has no more. The body must not throw, because the others could wait
// for it forever.
void together(int threads, const std::function<void(int thread, int count)>& body);

// Calls body() on another thread and returns at once. If the system has no thread, calls nothing and returns false. The body must not
// throw.
bool launch(const std::function<void()>& body);

}  // namespace descent
