// What the JavaScript classes of the addon share.
#pragma once

#include <napi.h>

#include <string>

#include "kernels.h"

namespace descent {

// Returns the data, the length and the element type of a typed array. The type is `none` if no kernel takes such numbers.
// The array may be a view of a SharedArrayBuffer. Throws a TypeError that begins with `name` if `value` is no typed array.
Array unwrapArray(const Napi::Value& value, const std::string& name);

}  // namespace descent
