/* The most that this machine can do on one thread: sgemm of 2048 x 2048 x 2048, best of 7, and copying arrays of the given sizes,
   best of 7. A copy is memcpy, which bypasses the caches for large arrays, or a plain loop, whichever is faster.
   Build: cc -O3 -march=native -ffast-math ceilings.c -lopenblas -lm
   Arguments: BYTES..., the sizes of the arrays. Prints {"gemm": FLOP/s, "copies": [bytes read and written per second]}. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { n = 2048, tries = 7, moved = 1 << 28 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static float *allocate(size_t bytes) {
  float *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!memory) exit(1);
  /* All pages of memory that was never written map to a single page of zeros, which would be copied at the speed of a cache. */
  for (size_t i = 0; i < bytes / 4; i++) memory[i] = i % 7 * 0.125f;
  return memory;
}

/* The compiler does not know that the factor is 1, so it cannot call memcpy. */
static void scale(const float *restrict from, float *restrict to, size_t length, float factor) {
  for (size_t i = 0; i < length; i++) to[i] = factor * from[i];
}

static double copy_rate(size_t bytes) {
  float *from = allocate(bytes), *to = allocate(bytes);
  volatile float one = 1;
  size_t times = bytes < moved ? moved / bytes : 1;
  double best = 0;
  for (int attempt = 0; attempt < 2 * tries; attempt++) {
    double start = now();
    for (size_t k = 0; k < times; k++) {
      if (attempt % 2) memcpy(to, from, bytes);
      else scale(from, to, bytes / 4, one);
      __asm__ volatile("" : : "r"(to) : "memory");
    }
    double rate = 2. * bytes * times / (now() - start);
    if (rate > best) best = rate;
  }
  free(from);
  free(to);
  return best;
}

int main(int argc, char **argv) {
  float *a = allocate(4 * n * n), *b = allocate(4 * n * n), *c = allocate(4 * n * n);
  double best = 0;
  for (int attempt = 0; attempt < tries; attempt++) {
    double start = now();
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    double rate = 2. * n * n * n / (now() - start);
    if (rate > best) best = rate;
  }
  printf("{\"gemm\":%.6e,\"copies\":[", best);
  for (int i = 1; i < argc; i++) printf(i > 1 ? ",%.6e" : "%.6e", copy_rate(strtoul(argv[i], NULL, 10) / 64 * 64));
  printf("]}\n");
  return 0;
}
