// Runs programs (compiled lists of commands) on the calling thread, and on threads that the pool lends during the call.
#pragma once

#include <functional>

#include "program.h"

namespace descent {

// Runs the program from row `from`, pass by pass, until the next pass would go beyond `to`. After each pass it calls
// `goOn` with the row that was reached, and stops if `goOn` returns false. Returns the row where the next run must
// start, and adds the number of executed commands to `executed`.
int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t row)>& goOn, int64_t& executed);

}  // namespace descent
