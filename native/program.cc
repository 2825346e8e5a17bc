#include "program.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace descent {

const char* segmentName(int segment) {
  static const char* const names[kSegments] = {"parameters", "state", "workspace", "tally"};
  return names[segment];
}

namespace {

constexpr int64_t kLargestCount = 2147483647;  // the largest dimension that BLAS takes

// Returns a whole number as text. A number that does not fit in an int64 is written with an exponent, because casting it
// would be undefined behavior.
std::string textOf(double whole) {
  if (whole < 9223372036854775808.0) return std::to_string(static_cast<int64_t>(whole));
  char text[32];
  std::snprintf(text, sizeof(text), "%g", whole);
  return text;
}

// Decodes a program from an array of float64 numbers, which are called words. A program is a list of commands, and each
// command calls a kernel with operands. If a command is invalid, throws a ProgramError that names the command and the
// operand.
class Decoder {
 public:
  Decoder(const double* words, size_t length, Dtype dtype, const Segment (&segments)[kSegments])
      : words_(words), length_(length), dtype_(dtype), segments_(segments) {}

  bool done() const { return next_ == length_; }

  Command command(size_t index) {
    const std::vector<Kernel>& table = kernelTable();
    const double which = word("command " + std::to_string(index));
    if (!(which >= 0) || which >= static_cast<double>(table.size()) || which != std::floor(which)) {
      throw ProgramError("command " + std::to_string(index) + ": there is no kernel " + std::to_string(which));
    }
    const Kernel& kernel = table[static_cast<size_t>(which)];
    where_ = "command " + std::to_string(index) + " (" + kernel.name + "): ";
    Command command{&kernel, dtype_ == Dtype::float32 ? kernel.code.float32 : kernel.code.float64, {}, {}, 1};
    // Check the operands that are arrays (regions) only after reading all operands, because some kernels list an array
    // before the counts that give its length.
    std::vector<Region> regions(kernel.operands.size());
    for (size_t i = 0; i < kernel.operands.size(); i++) read(kernel.operands[i], command.values[i], regions[i]);
    for (size_t i = 0; i < kernel.operands.size(); i++) {
      const OperandType& type = kernel.operands[i];
      if (type.kind != OperandKind::floats && type.kind != OperandKind::doubles) continue;
      command.values[i].data = resolve(type, regions[i], command.values);
    }
    if (kernel.code.work) command.work = kernel.code.work(command.values, dtype_);
    command.shares = std::max<int64_t>(1, command.work.units / std::max(command.work.least, command.work.block));
    return command;
  }

 private:
  struct Region {
    int segment;
    double offset;
  };

  double word(const std::string& where) {
    if (next_ == length_) throw ProgramError(where + " is cut off: the program ends after " + std::to_string(length_) + " words");
    return words_[next_++];
  }

  void read(const OperandType& type, Value& value, Region& region) {
    const double first = word(where_ + type.name);
    switch (type.kind) {
      case OperandKind::count:
        if (!(first >= 1) || first > kLargestCount || first != std::floor(first)) {
          fail(type, "must be a whole number of at least 1, not " + std::to_string(first));
        }
        value.count = static_cast<int64_t>(first);
        return;
      case OperandKind::flag:
        if (first != 0 && first != 1) fail(type, "must be 0 or 1, not " + std::to_string(first));
        value.flag = first == 1;
        return;
      case OperandKind::number:
        value.number = first;
        return;
      case OperandKind::floats:
      case OperandKind::doubles:
        if (first != 0 && first != 1 && first != 2 && first != kTally) fail(type, "lies in no segment");
        region = {static_cast<int>(first), word(where_ + type.name)};
        if ((region.segment == kTally) != (type.kind == OperandKind::doubles)) {
          fail(type, std::string("lies in ") + segmentName(region.segment));
        }
        return;
    }
  }

  void* resolve(const OperandType& type, const Region& region, const Values& values) {
    const Segment& segment = segments_[region.segment];
    if (!(region.offset >= 0) || region.offset != std::floor(region.offset)) fail(type, "starts at " + std::to_string(region.offset));
    // Counts are below 2^31, so the product of two counts fits in an int64. The comparison subtracts the offset from
    // the size, because a sum of extent and offset could overflow.
    int64_t extent = 1;
    for (const int count : type.extent) extent *= values[static_cast<size_t>(count)].count;
    if (region.offset > static_cast<double>(segment.size) || extent > segment.size - static_cast<int64_t>(region.offset)) {
      fail(type, "ends at " + textOf(region.offset + static_cast<double>(extent)) + ", the " + segmentName(region.segment) + " has " +
                     std::to_string(segment.size));
    }
    const bool wide = type.kind == OperandKind::doubles || dtype_ == Dtype::float64;
    return static_cast<char*>(segment.data) + static_cast<int64_t>(region.offset) * static_cast<int64_t>(wide ? sizeof(double) : sizeof(float));
  }

  [[noreturn]] void fail(const OperandType& type, const std::string& problem) const {
    throw ProgramError(where_ + type.name + " " + problem);
  }

  const double* words_;
  size_t length_;
  size_t next_ = 0;
  Dtype dtype_;
  const Segment (&segments_)[kSegments];
  std::string where_;
};

}  // namespace

Program::Program(const double* words, size_t length, Dtype dtype, int64_t rows, int64_t batchRows,
                 const Segment (&segments)[kSegments])
    : dtype_(dtype), rows_(rows), batchRows_(batchRows) {
  if (batchRows < 1 || batchRows > kLargestCount) {
    throw ProgramError("a batch has at least 1 row, not " + std::to_string(batchRows));
  }
  if (rows > batchRows) {
    throw ProgramError("a program takes at most the " + std::to_string(batchRows) + " rows of a batch, not " + std::to_string(rows));
  }
  Decoder decoder(words, length, dtype, segments);
  while (!decoder.done()) commands_.push_back(decoder.command(commands_.size()));
  for (const Command& command : commands_) shares_ = std::max(shares_, command.shares);
}

}  // namespace descent
