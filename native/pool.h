// Threads of our own, started once and lent to whoever runs. Nothing here knows of programs.
#pragma once

#include <functional>

namespace descent {

// Calls body(0, count) on this thread and body(1, count) to body(count - 1, count) on others, all at the same time, and returns
// when all have returned. The count is `threads`, or less where the system gives no more. The body must not throw: the others
// could wait for it for ever.
void together(int threads, const std::function<void(int thread, int count)>& body);

// Calls body() on another thread and returns at once. Returns false, and calls nothing, where the system gives no thread. The body must
// not throw.
bool launch(const std::function<void()>& body);

}  // namespace descent
