#include "vectorized.h"

#include <cstdlib>

namespace descent {
namespace {

struct NamedLevel {
  VectorLevel level;
  const char* word;  // the value of DESCENT_VECTORS
  const char* name;  // for display
};

// Every processor of arm64 has NEON, which compilers use there without being asked.
#ifdef __aarch64__
constexpr const char* kBaselineName = "NEON";
#else
constexpr const char* kBaselineName = "baseline";
#endif

constexpr NamedLevel kLevels[] = {
    {VectorLevel::baseline, "baseline", kBaselineName},
    {VectorLevel::avx2, "avx2", "AVX2"},
    {VectorLevel::avx512, "avx512", "AVX-512"},
};

VectorLevel widestLevel() {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
  // __builtin_cpu_supports also checks the operating system. It returns false if the operating system does not save the
  // wide registers when it switches threads.
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return VectorLevel::baseline;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return avx512 ? VectorLevel::avx512 : VectorLevel::avx2;
#else
  return VectorLevel::baseline;
#endif
}

std::string quotedList(const std::vector<std::string>& words) {
  std::string list;
  for (size_t i = 0; i < words.size(); i++) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += "'" + words[i] + "'";
  }
  return list;
}

VectorChoice readVectorChoice() {
  VectorChoice choice;
  choice.level = widestLevel();
  for (const NamedLevel& known : kLevels) {
    if (known.level <= choice.level) choice.levels.emplace_back(known.word);
  }
  const char* variable = std::getenv("DESCENT_VECTORS");
  const std::string asked = variable ? variable : "";
  if (asked.empty()) return choice;
  for (const NamedLevel& known : kLevels) {
    if (asked != known.word || known.level > choice.level) continue;
    choice.level = known.level;
    return choice;
  }
  choice.problem = "DESCENT_VECTORS must be " + quotedList(choice.levels) +
                   " (the vector levels that this processor has), not \"" + asked + "\"";
  return choice;
}

}  // namespace

const VectorChoice& vectorChoice() {
  static const VectorChoice choice = readVectorChoice();
  return choice;
}

const char* vectorLevelName() { return kLevels[static_cast<int>(vectorLevel())].name; }

}  // namespace descent
