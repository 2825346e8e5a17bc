// Runs programs: on the calling thread, or shared among it and others that are lent for as long as the call.
#pragma once

#include "program.h"

namespace descent {

// Runs rows from `from` on, a pass of the program at a time, until `to` is reached or `milliseconds` have passed (checked
// after each pass; a negative number means no limit). Returns the row to go on with, and adds the number of commands
// executed to `executed`.
int64_t execute(const Program& program, const Source& source, int64_t from, int64_t to, double milliseconds, int threads,
                int64_t& executed);

}  // namespace descent
