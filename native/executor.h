// Runs programs (compiled lists of commands) on the calling thread and on threads from the pool.
#pragma once

#include <functional>

#include "program.h"

namespace descent {

// Runs the program on one batch of rows after another, from row `from`, until the next batch would go beyond row `to`.
// After each batch, calls `goOn` with the row that follows the batch, and stops if `goOn` returns false. Returns the
// first row that was not processed, and adds the number of executed commands to `executed`.
int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t row)>& goOn, int64_t& executed);

}  // namespace descent
