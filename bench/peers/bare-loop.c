/* Mini-batch descent of sigmoid layers under the quadratic cost, straight on OpenBLAS with nothing around it: what the
   machine allows for the same work. Build: cc -O3 -march=native -ffast-math bare-loop.c -lopenblas -lm
   Arguments: training FOLDER EXAMPLES EPOCHS BATCH RATE SIZES..., as contender.ts describes them. */
#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { most_layers = 16 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static FILE *open_in(const char *folder, const char *name, const char *mode) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, mode);
  if (!file) {
    perror(path);
    exit(1);
  }
  return file;
}

static void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!memory) exit(1);
  memset(memory, 0, bytes);
  return memory;
}

static void *read_from(const char *folder, const char *name, size_t bytes) {
  void *memory = allocate(bytes);
  FILE *file = open_in(folder, name, "rb");
  if (fread(memory, 1, bytes, file) != bytes) {
    fprintf(stderr, "%s/%s is too short\n", folder, name);
    exit(1);
  }
  fclose(file);
  return memory;
}

/* To the last bits of float32 between -87 and 88 (Cephes, expf.c). */
static inline float fast_exp(float x) {
  x = x > 88.f ? 88.f : (x < -87.f ? -87.f : x);
  float k = rintf(x * 1.44269504f), r = x - k * 0.693359375f + k * 2.12194440e-4f, p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.f;
  union {
    int32_t i;
    float f;
  } u;
  u.i = ((int32_t)k + 127) << 23;
  return p * u.f;
}

int main(int argc, char **argv) {
  if (argc < 9 || argc - 7 > most_layers) return 2;
  const char *folder = argv[2];
  int examples = atoi(argv[3]), epochs = atoi(argv[4]), batch = atoi(argv[5]), layers = argc - 8;
  float rate = atof(argv[6]);
  int size[most_layers + 1];
  size_t count = 0;
  for (int l = 0; l <= layers; l++) size[l] = atoi(argv[7 + l]);
  for (int l = 0; l < layers; l++) count += (size_t)size[l + 1] * (size[l] + 1);
  uint8_t *x = read_from(folder, "inputs.u8", (size_t)examples * size[0]);
  uint8_t *labels = read_from(folder, "labels.u8", examples);
  uint32_t *order = read_from(folder, "order.u32", 4 * (size_t)examples);
  float *parameters = read_from(folder, "parameters.f32", 4 * count);
  float *w[most_layers], *b[most_layers], *a[most_layers + 1], *d[most_layers], *next = parameters;
  a[0] = allocate(4 * (size_t)batch * size[0]);
  for (int l = 0; l < layers; l++) {
    w[l] = next;
    b[l] = next + (size_t)size[l + 1] * size[l];
    next = b[l] + size[l + 1];
    a[l + 1] = allocate(4 * (size_t)batch * size[l + 1]);
    d[l] = allocate(4 * (size_t)batch * size[l + 1]);
  }
  printf("{\"seconds\":[");
  for (int epoch = 0; epoch < epochs; epoch++) {
    double start = now();
    for (int k = 0; k + batch <= examples; k += batch) {
      for (int i = 0; i < batch; i++) {
        const uint8_t *row = x + (size_t)order[k + i] * size[0];
        for (int j = 0; j < size[0]; j++) a[0][(size_t)i * size[0] + j] = row[j] * (1 / 255.f);
      }
      for (int l = 0; l < layers; l++) {
        int m = size[l + 1];
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, batch, m, size[l], 1, a[l], size[l], w[l], size[l], 0,
                    a[l + 1], m);
        for (int i = 0; i < batch; i++) {
          float *z = a[l + 1] + (size_t)i * m;
          for (int j = 0; j < m; j++) z[j] = 1.f / (1.f + fast_exp(-(z[j] + b[l][j])));
        }
      }
      int outputs = size[layers];
      for (int i = 0; i < batch; i++) {
        for (int j = 0; j < outputs; j++) {
          float v = a[layers][i * outputs + j];
          d[layers - 1][i * outputs + j] = (v - (j == labels[order[k + i]])) * v * (1 - v);
        }
      }
      float step = -rate / batch;
      for (int l = layers - 1; l >= 0; l--) {
        int m = size[l + 1], in = size[l];
        if (l > 0) {
          cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, batch, in, m, 1, d[l], m, w[l], in, 0, d[l - 1], in);
          for (size_t i = 0; i < (size_t)batch * in; i++) d[l - 1][i] *= a[l][i] * (1 - a[l][i]);
        }
        cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, in, batch, step, d[l], m, a[l], in, 1, w[l], in);
        for (int i = 0; i < batch; i++)
          for (int j = 0; j < m; j++) b[l][j] += step * d[l][(size_t)i * m + j];
      }
    }
    printf(epoch ? ",%.9f" : "%.9f", now() - start);
  }
  printf("]}\n");
  FILE *result = open_in(folder, "result.f32", "wb");
  if (fwrite(parameters, 4, count, result) != count || fclose(result)) return 1;
  return 0;
}
