// Builds the table of kernels from kernels.inc.
#include "define_kernel.h"

namespace descent {
namespace {

constexpr Access read = Access::read;
constexpr Access write = Access::write;
constexpr Access update = Access::update;

OperandType count(const char* name) { return {name, OperandKind::count}; }
OperandType flag(const char* name) { return {name, OperandKind::flag}; }
OperandType number(const char* name) { return {name, OperandKind::number}; }
OperandType floats(const char* name, Access access, std::vector<int> extent) {
  return {name, OperandKind::floats, access, std::move(extent)};
}
OperandType doubles(const char* name, Access access, std::vector<int> extent) {
  return {name, OperandKind::doubles, access, std::move(extent)};
}

}  // namespace

const std::vector<Kernel>& kernelTable() {
#define DESCENT_ROW(name, source, ...) {#name, source, {__VA_ARGS__}, name##Code},
  static const std::vector<Kernel> table = {
#include "kernels.inc"
  };
#undef DESCENT_ROW
  return table;
}

const char* tableSignature() {
#define DESCENT_ROW(...) #__VA_ARGS__ "\n"
  return
#include "kernels.inc"
      ;
#undef DESCENT_ROW
}

}  // namespace descent
