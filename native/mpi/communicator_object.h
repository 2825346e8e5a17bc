// The JavaScript class of communicators.
#pragma once

#include <napi.h>

#include "../ranks.h"

namespace descent {

// Adds the class `Communicator` to the exports of the addon.
void defineCommunicator(Napi::Env env, Napi::Object exports);

// Returns the ranks that a JavaScript object of this class stands for. They are never destroyed. Throws a TypeError if
// `value` is no such object.
Ranks& unwrapRanks(const Napi::Value& value);

}  // namespace descent
