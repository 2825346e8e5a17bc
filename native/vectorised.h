// Plain loops compiled for the widest vectors that the machine has: AVX-512, AVX2 or what every machine of its kind has
// (SSE2, NEON), chosen at run time.
#pragma once

namespace descent {

enum class VectorLevel { baseline, avx2, avx512 };

VectorLevel detectVectorLevel();
const char* vectorLevelName();

#if (defined(__GNUC__) || defined(__clang__)) && defined(__x86_64__)

#define DESCENT_INLINE __attribute__((always_inline))
#define DESCENT_RESTRICT __restrict__

inline VectorLevel vectorLevel() {
  static const VectorLevel level = detectVectorLevel();
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
inline void vectorised(const Loop& loop) {
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
inline void vectorised(const Loop& loop) {
  loop();
}

#endif

}  // namespace descent
