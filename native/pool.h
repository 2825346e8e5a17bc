// A pool of threads. Each thread is started once, and then executes functions that callers pass to the pool.
#pragma once

#include <functional>

namespace descent {

// Calls body(0, count) on this thread and body(1, count) to body(count - 1, count) on other threads, all at the same
// time. Returns when all calls have returned. `count` equals `threads`, or is less if the system cannot start that many
// threads. The body must not throw, because the other threads could then wait forever for the thread that threw.
void together(int threads, const std::function<void(int thread, int count)>& body);

// Starts body() on another thread, and returns true without waiting for it. If the system cannot start a thread,
// returns false and does not call the body. The body must not throw.
bool launch(const std::function<void()>& body);

}  // namespace descent
