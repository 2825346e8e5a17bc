// The kernels for the activation functions and their derivatives.
#include <cmath>

#include "../vectorized.h"
#include "define_kernel.h"
#include "exponential.h"

namespace descent {
namespace {

// out = f(z), element by element; `z` and `out` may be the same array
template <class T, class F>
void apply(const Values& values, int64_t begin, int64_t end, const F& f) {
  const T* z = values[1].at<T>();
  T* out = values[2].at<T>();
  vectorized([=]() DESCENT_INLINE {
    DESCENT_INDEPENDENT
    for (int64_t i = begin; i < end; i++) out[i] = f(z[i]);
  });
}

// delta = g(x, delta), element by element. `x` holds the logits or the outputs of a layer, and `delta` holds
// derivatives of the cost.
template <class T, class G>
void passBack(const Values& values, int64_t begin, int64_t end, const G& g) {
  const T* DESCENT_RESTRICT x = values[1].at<T>();
  T* DESCENT_RESTRICT delta = values[2].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) delta[i] = g(x[i], delta[i]);
  });
}

// The cumulative distribution function of the standard normal distribution.
template <class T>
T normalCdf(T z) {
  return T(0.5) * std::erfc(z * T(-0.7071067811865476));
}

template <class T>
T normalDensity(T z) {
  return T(0.3989422804014327) * expOfNegative<T>(T(-0.5) * z * z);
}

// The slope of selu above 0 (Klambauer and others, 2017).
template <class T>
constexpr T kSeluAbove = T(1.0507009873554805);

// The slope of selu just below 0, which is also the distance of its lower limit from 0.
template <class T>
constexpr T kSeluBelow = T(1.7580993408473768);

// w = tanh(ln(1 + exp(z))) as part / whole, where e = exp(-|z|).
template <class T>
struct TanhOfSoftplus {
  T e;
  T part;
  T whole;
};

template <class T>
DESCENT_INLINE inline TanhOfSoftplus<T> tanhOfSoftplus(T z) {
  const T e = expOfNegative<T>(z > 0 ? -z : z);
  const T part = z > 0 ? T(1) + T(2) * e : e * (T(2) + e);
  return {e, part, part + (z > 0 ? T(2) * e * e : T(2))};
}

}  // namespace

// out = 1 / (1 + exp(-z))
DESCENT_KERNEL(sigmoid, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return logistic<T>(z);
  });
}

// For z >= 0: out = tanh(z) = -e / (2 + e), where e = exp(-2 z) - 1. For z < 0: out = -tanh(-z).
DESCENT_KERNEL(tanh, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    const T e = expm1OfNegative<T>(T(-2) * (z < 0 ? -z : z));
    return (z < 0 ? e : -e) / (T(2) + e);
  });
}

// out = max(0, z); NaN stays NaN
DESCENT_KERNEL(relu, elements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return z <= 0 ? T(0) : z;
  });
}

// out = z where z > 0, else 0.01 z
DESCENT_KERNEL(leakyRelu, elements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return z > 0 ? z : T(0.01) * z;
  });
}

// out = z where z > 0, else exp(z) - 1
DESCENT_KERNEL(elu, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    const T e = expm1OfNegative<T>(z > 0 ? T(0) : z);
    return z > 0 ? z : e;
  });
}

// out = 1.0507 z where z > 0, else 1.7581 (exp(z) - 1)
DESCENT_KERNEL(selu, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    const T e = expm1OfNegative<T>(z > 0 ? T(0) : z);
    return z > 0 ? kSeluAbove<T> * z : kSeluBelow<T> * e;
  });
}

// out = z Phi(z), where Phi is the cumulative distribution function of the standard normal distribution.
// For z = -infinity, out = 0.
DESCENT_KERNEL(gelu, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return z < -40 ? T(0) : z * normalCdf<T>(z);
  });
}

// out = z sigmoid(z). For z = -infinity, out = 0.
DESCENT_KERNEL(silu, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    const T s = logistic<T>(z);
    return z < -750 ? T(0) : z * s;
  });
}

// out = z w, where w = tanh(ln(1 + exp(z))). For z = -infinity, out = 0.
DESCENT_KERNEL(mish, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    const TanhOfSoftplus<T> w = tanhOfSoftplus<T>(z);
    return z < -750 ? T(0) : z * (w.part / w.whole);
  });
}

// out = ln(1 + exp(z)) = max(z, 0) + ln(1 + exp(-|z|))
DESCENT_KERNEL(softplus, costlyElements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return (z > 0 ? z : T(0)) + std::log1p(expOfNegative<T>(z > 0 ? -z : z));
  });
}

// out = 1 where z > 0, else 0; NaN stays NaN
DESCENT_KERNEL(step, elements) {
  apply<T>(values, begin, end, [](T z) DESCENT_INLINE {
    return z > 0 ? T(1) : z <= 0 ? T(0) : z;
  });
}

// delta *= a (1 - a), where `a` is the output
DESCENT_KERNEL(sigmoidBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return delta * a * (T(1) - a);
  });
}

// delta *= 1 - a^2, where `a` is the output
DESCENT_KERNEL(tanhBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return delta * (T(1) - a * a);
  });
}

// delta *= (1 if a > 0, else 0), where `a` is the output
DESCENT_KERNEL(reluBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return a > 0 ? delta : a <= 0 ? T(0) : a;
  });
}

// delta *= (1 if a > 0, else 0.01), where `a` is the output
DESCENT_KERNEL(leakyReluBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return a > 0 ? delta : a <= 0 ? T(0.01) * delta : a;
  });
}

// delta *= (1 if a > 0, else a + 1), where `a` is the output
DESCENT_KERNEL(eluBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return delta * (a > 0 ? T(1) : a + T(1));
  });
}

// delta *= (1.0507 if a > 0, else a + 1.7581), where `a` is the output
DESCENT_KERNEL(seluBackward, elements) {
  passBack<T>(values, begin, end, [](T a, T delta) DESCENT_INLINE {
    return delta * (a > 0 ? kSeluAbove<T> : a + kSeluBelow<T>);
  });
}

// delta *= Phi(z) + z phi(z), where Phi is the cumulative distribution function of the standard normal distribution,
// and phi is its density
DESCENT_KERNEL(geluBackward, costlyElements) {
  passBack<T>(values, begin, end, [](T z, T delta) DESCENT_INLINE {
    const T slope = z > 40 || z < -40 ? T(0) : z * normalDensity<T>(z);
    return delta * (normalCdf<T>(z) + slope);
  });
}

// delta *= s (1 + z (1 - s)) with s = sigmoid(z)
DESCENT_KERNEL(siluBackward, costlyElements) {
  passBack<T>(values, begin, end, [](T z, T delta) DESCENT_INLINE {
    const T s = logistic<T>(z);
    const T t = logistic<T>(-z);
    return delta * (z > 750 || z < -750 ? s : s * (T(1) + z * t));
  });
}

// delta *= w + z w' with w = tanh(ln(1 + exp(z))). Its slope w' is (1 - w^2) sigmoid(z).
DESCENT_KERNEL(mishBackward, costlyElements) {
  passBack<T>(values, begin, end, [](T z, T delta) DESCENT_INLINE {
    const TanhOfSoftplus<T> w = tanhOfSoftplus<T>(z);
    const T slope = T(4) * w.e * (z > 0 ? w.e : T(1)) * (T(1) + w.e) / (w.whole * w.whole);
    return delta * (w.part / w.whole + (z > 750 || z < -750 ? T(0) : z * slope));
  });
}

// delta *= sigmoid(z)
DESCENT_KERNEL(softplusBackward, costlyElements) {
  passBack<T>(values, begin, end, [](T z, T delta) DESCENT_INLINE {
    return delta * logistic<T>(z);
  });
}

}  // namespace descent
