/* Mini-batch gradient descent directly on OpenBLAS, with nothing around it: what the machine allows for the same work.
   Bare arithmetic without OpenBLAS where OpenBLAS takes longer: inference for one row, and training of small networks.
   Build: cc -O3 -march=native -ffast-math bare-loop.c -lopenblas -lm
   Arguments, as contender.ts describes them:
     training FOLDER HIDDEN OUTPUT COST EXAMPLES EPOCHS BATCH RATE SIZES...
     latency FOLDER HIDDEN OUTPUT COST ROWS CALLS SIZES... */
#include <cblas.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { most_layers = 16, small_layer = 64 };

static const char *folder;
static int layers, relu, softmax, small = 1, size[most_layers + 1];
static size_t count;
static float *parameters, *w[most_layers], *b[most_layers];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static FILE *open_in_folder(const char *name, const char *mode) {
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

static void *read_from(const char *name, size_t bytes) {
  void *memory = allocate(bytes);
  FILE *file = open_in_folder(name, "rb");
  if (fread(memory, 1, bytes, file) != bytes) {
    fprintf(stderr, "%s/%s is too short\n", folder, name);
    exit(1);
  }
  fclose(file);
  return memory;
}

static void write_result(const float *values, size_t length) {
  FILE *result = open_in_folder("result.f32", "wb");
  if (fwrite(values, 4, length, result) != length || fclose(result)) exit(1);
}

/* Accurate to the last bits of float32 between -87 and 88 (Cephes, expf.c). */
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

/* Adds the bias of layer l to each row of z and applies the activation, in a single pass. */
static void activate(int l, int rows, float *restrict z) {
  int m = size[l + 1], last = l == layers - 1;
  const float *restrict bias = b[l];
  for (int i = 0; i < rows; i++, z += m) {
    if (last && softmax) {
      float largest = -INFINITY, sum = 0;
      for (int j = 0; j < m; j++) {
        z[j] += bias[j];
        largest = z[j] > largest ? z[j] : largest;
      }
      for (int j = 0; j < m; j++) sum += z[j] = fast_exp(z[j] - largest);
      float share = 1.f / sum;
      for (int j = 0; j < m; j++) z[j] *= share;
    } else if (!last && relu) {
      for (int j = 0; j < m; j++) {
        float v = z[j] + bias[j];
        z[j] = v > 0.f ? v : 0.f;
      }
    } else {
      for (int j = 0; j < m; j++) z[j] = 1.f / (1.f + fast_exp(-(z[j] + bias[j])));
    }
  }
}

/* The products of training. Layer l has `m` neurons with `in` inputs, and `x` are these inputs (rows x in). */

/* z = x w' */
static void weigh(int l, int rows, const float *restrict x, float *restrict z) {
  int m = size[l + 1], in = size[l];
  if (!small) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, m, in, 1, x, in, w[l], in, 0, z, m);
    return;
  }
  float turned[small_layer * small_layer];
  for (int j = 0; j < m; j++)
    for (int k = 0; k < in; k++) turned[k * m + j] = w[l][j * in + k];
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < m; j++) z[i * m + j] = 0;
    for (int k = 0; k < in; k++)
      for (int j = 0; j < m; j++) z[i * m + j] += x[i * in + k] * turned[k * m + j];
  }
}

/* before = delta w */
static void pass_back(int l, int rows, const float *restrict delta, float *restrict before) {
  int m = size[l + 1], in = size[l];
  if (!small) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, in, m, 1, delta, m, w[l], in, 0, before, in);
    return;
  }
  for (int i = 0; i < rows; i++) {
    for (int k = 0; k < in; k++) before[i * in + k] = 0;
    for (int j = 0; j < m; j++)
      for (int k = 0; k < in; k++) before[i * in + k] += delta[i * m + j] * w[l][j * in + k];
  }
}

/* w += step delta' x */
static void update(int l, int rows, float step, const float *restrict delta, const float *restrict x) {
  int m = size[l + 1], in = size[l];
  if (!small) {
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, in, rows, step, delta, m, x, in, 1, w[l], in);
    return;
  }
  float *restrict weights = w[l];
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < m; j++)
      for (int k = 0; k < in; k++) weights[j * in + k] += step * delta[i * m + j] * x[i * in + k];
}

static int train(char **argv) {
  int examples = atoi(argv[0]), epochs = atoi(argv[1]), batch = atoi(argv[2]);
  float step = -(float)atof(argv[3]) / batch;
  uint8_t *x = read_from("inputs.u8", (size_t)examples * size[0]);
  uint8_t *labels = read_from("labels.u8", examples);
  uint32_t *order = read_from("order.u32", 4 * (size_t)examples);
  float *a[most_layers + 1], *d[most_layers];
  a[0] = allocate(4 * (size_t)batch * size[0]);
  for (int l = 0; l < layers; l++) {
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
        weigh(l, batch, a[l], a[l + 1]);
        activate(l, batch, a[l + 1]);
      }
      int outputs = size[layers];
      for (int i = 0; i < batch; i++) {
        for (int j = 0; j < outputs; j++) {
          float v = a[layers][i * outputs + j], slope = softmax ? 1.f : v * (1 - v);
          int label = labels[order[k + i]], y = outputs == 1 ? label : j == label;
          d[layers - 1][i * outputs + j] = (v - y) * slope;
        }
      }
      for (int l = layers - 1; l >= 0; l--) {
        int m = size[l + 1], in = size[l];
        size_t length = (size_t)batch * in;
        if (l > 0) {
          float *restrict before = d[l - 1];
          const float *restrict output = a[l];
          pass_back(l, batch, d[l], before);
          if (relu) {
            for (size_t i = 0; i < length; i++) before[i] = output[i] > 0.f ? before[i] : 0.f;
          } else {
            for (size_t i = 0; i < length; i++) before[i] *= output[i] * (1 - output[i]);
          }
        }
        update(l, batch, step, d[l], a[l]);
        for (int i = 0; i < batch; i++)
          for (int j = 0; j < m; j++) b[l][j] += step * d[l][(size_t)i * m + j];
      }
    }
    printf(epoch ? ",%.9f" : "%.9f", now() - start);
  }
  printf("]}\n");
  write_result(parameters, count);
  return 0;
}

/* z = w x, four neurons at a time: the four sums are independent. */
static void multiply(const float *restrict w, const float *restrict x, int m, int in, float *restrict z) {
  int j = 0;
  for (; j + 4 <= m; j += 4, w += 4 * (size_t)in) {
    const float *w1 = w + in, *w2 = w1 + in, *w3 = w2 + in;
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int i = 0; i < in; i++) {
      s0 += w[i] * x[i];
      s1 += w1[i] * x[i];
      s2 += w2[i] * x[i];
      s3 += w3[i] * x[i];
    }
    z[j] = s0, z[j + 1] = s1, z[j + 2] = s2, z[j + 3] = s3;
  }
  for (; j < m; j++, w += in) {
    float sum = 0;
    for (int i = 0; i < in; i++) sum += w[i] * x[i];
    z[j] = sum;
  }
}

static int answer(char **argv) {
  int rows = atoi(argv[0]), calls = atoi(argv[1]), outputs = size[layers];
  float *x = read_from("rows.f32", 4 * (size_t)rows * size[0]);
  float *results = allocate(4 * (size_t)rows * outputs), *a[most_layers + 1];
  for (int l = 0; l < layers; l++) a[l + 1] = allocate(4 * (size_t)size[l + 1]);
  printf("{\"microseconds\":[");
  for (int call = 0; call < calls; call++) {
    double start = now();
    a[0] = x + (size_t)(call % rows) * size[0];
    for (int l = 0; l < layers; l++) {
      multiply(w[l], a[l], size[l + 1], size[l], a[l + 1]);
      activate(l, 1, a[l + 1]);
    }
    double taken = now() - start;
    memcpy(results + (size_t)(call % rows) * outputs, a[layers], 4 * (size_t)outputs);
    printf(call ? ",%.3f" : "%.3f", taken * 1e6);
  }
  printf("]}\n");
  write_result(results, (size_t)(calls < rows ? calls : rows) * outputs);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  int training = !strcmp(argv[1], "training"), before = training ? 10 : 8;
  if (argc < before + 2 || argc - before - 1 > most_layers) return 2;
  folder = argv[2];
  relu = !strcmp(argv[3], "relu");
  softmax = !strcmp(argv[4], "softmax");
  layers = argc - before - 1;
  for (int l = 0; l <= layers; l++) size[l] = atoi(argv[before + l]);
  for (int l = 0; l <= layers; l++) small = small && size[l] <= small_layer;
  for (int l = 0; l < layers; l++) count += (size_t)size[l + 1] * (size[l] + 1);
  parameters = read_from("parameters.f32", 4 * count);
  float *next = parameters;
  for (int l = 0; l < layers; l++) {
    w[l] = next;
    b[l] = next + (size_t)size[l + 1] * size[l];
    next = b[l] + size[l + 1];
  }
  return training ? train(argv + 6) : answer(argv + 6);
}
