// Runs programs: on the calling thread, or shared among it and others that are lent for as long as the call.
#pragma once

#include <functional>

#include "program.h"

namespace descent {

// Runs rows from `from` on, a pass of the program at a time, until the next pass would go beyond `to`, or until `goOn`, which is told after each pass which
// row has been reached, says no. Returns the row to go on with, and adds the number of commands executed to `executed`.
int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, int threads,
                const std::function<bool(int64_t row)>& goOn, int64_t& executed);

}  // namespace descent
