// Compiles a plain loop once for each vector level: AVX-512, AVX2, and the baseline of the architecture (SSE2, NEON).
// By default, the loop runs at the widest level that the machine supports.
#pragma once

#include <string>
#include <vector>

namespace descent {

enum class VectorLevel { baseline, avx2, avx512 };

struct VectorChoice {
  VectorLevel level;
  // The values of the environment variable DESCENT_VECTORS that this processor supports.
  std::vector<std::string> levels;
  // The error message if the environment variable DESCENT_VECTORS is invalid, otherwise empty. If it is not empty,
  // creating a program throws an error with this message.
  std::string problem;
};

// Returns the chosen vector level. This is the level that the environment variable DESCENT_VECTORS names, or the widest
// level of this processor if the variable is not set. The variable is read only once per process, because different
// levels give results with different bits.
const VectorChoice& vectorChoice();
const char* vectorLevelName();

// Put DESCENT_INDEPENDENT before a loop to tell the compiler that the iterations do not depend on each other.
#ifdef __clang__
// Turn off Clang's warning about a loop that it cannot vectorize. Such a loop is slower, but correct.
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

// Runs a lambda with the instructions of the chosen vector level. The lambda must be marked DESCENT_INLINE, so that its
// loop is compiled once for each level.
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
