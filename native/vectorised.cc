#include "vectorised.h"

namespace descent {

VectorLevel detectVectorLevel() {
#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)
  // These ask the operating system too: a machine whose kernel does not save the wide registers counts as without them.
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return VectorLevel::baseline;
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  return avx512 ? VectorLevel::avx512 : VectorLevel::avx2;
#else
  return VectorLevel::baseline;
#endif
}

const char* vectorLevelName() {
  switch (vectorLevel()) {
    case VectorLevel::avx512:
      return "AVX-512";
    case VectorLevel::avx2:
      return "AVX2";
    case VectorLevel::baseline:
      break;
  }
  return "baseline";
}

}  // namespace descent
