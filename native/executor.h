// Runs programs (compiled lists of kernel calls) on the calling thread and on threads of the pool (see pool.h).
#pragma once

#include <functional>

#include "program.h"

namespace descent {

// Runs the program on one batch of rows after another, beginning at row `from`. Ends when the next batch would go
// beyond row `to`. After each batch, calls `goOn` with the index of the row that follows the batch, and stops if `goOn`
// returns false. Returns the index of the first row that was not processed. Adds the number of kernel calls to
// `executed`.
int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t row)>& goOn, int64_t& executed);

}  // namespace descent
