// Plain loops compiled for the widest vectors that the machine has: AVX-512, AVX2 or what every machine of its kind has
// (SSE2, NEON), chosen at run time.
#pragma once

#include <string>
#include <vector>

namespace descent {

enum class VectorLevel { baseline, avx2, avx512 };

struct VectorChoice {
  VectorLevel level;
  // What DESCENT_VECTORS may be on this processor.
  std::vector<std::string> levels;
  // What is wrong with DESCENT_VECTORS; empty where nothing is. No program may be loaded then.
  std::string problem;
};

// The widest level of this processor, unless DESCENT_VECTORS names another. It is read once: a level that changed on
// the way would change the bits of a run.
const VectorChoice& vectorChoice();
const char* vectorLevelName();

// Before a loop whose turns do not depend on each other, whatever its pointers may be.
#ifdef __clang__
// It says so where it finds no vector code, which is no error here.
#pragma clang diagnostic ignored "-Wpass-failed"
#define DESCENT_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define DESCENT_INDEPENDENT _Pragma("GCC ivdep")
#else
#define DESCENT_INDEPENDENT
#endif

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)

#define DESCENT_INLINE __attribute__((always_inline))
#define DESCENT_RESTRICT __restrict__

inline VectorLevel vectorLevel() {
  static const VectorLevel level = vectorChoice().level;
  return level;
}

template <class Loop>
__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))) void runAvx512(const Loop& loop) {
  loop();
}

template <class Loop>
__attribute__((target("avx2,fma"))) void runAvx2(const Loop& loop) {
  loop();
}

// Runs a lambda marked DESCENT_INLINE. It is compiled once for each level, from the one source.
template <class Loop>
inline void vectorized(const Loop& loop) {
  switch (vectorLevel()) {
    case VectorLevel::avx512:
      return runAvx512(loop);
    case VectorLevel::avx2:
      return runAvx2(loop);
    case VectorLevel::baseline:
      return loop();
  }
}

#else

#define DESCENT_INLINE
#define DESCENT_RESTRICT

inline VectorLevel vectorLevel() { return VectorLevel::baseline; }

template <class Loop>
inline void vectorized(const Loop& loop) {
  loop();
}

#endif

}  // namespace descent
