// The kernels of the optimizers.
#include <cmath>

#include "../vectorized.h"
#include "define_kernel.h"

namespace descent {

// parameters -= learningRate * gradient
DESCENT_KERNEL(sgd, elements) {
  const T learningRate = *values[1].at<T>();
  const T* DESCENT_RESTRICT gradient = values[2].at<T>();
  T* DESCENT_RESTRICT parameters = values[3].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) parameters[i] -= learningRate * gradient[i];
  });
}

// step += 1
DESCENT_KERNEL(countStep, nullptr) {
  *values[0].at<T>() += T(1);
}

// velocity = momentum * velocity + gradient; parameters -= learningRate * velocity
DESCENT_KERNEL(momentum, elements) {
  const T momentum = static_cast<T>(values[1].number);
  const T learningRate = *values[2].at<T>();
  const T* DESCENT_RESTRICT gradient = values[3].at<T>();
  T* DESCENT_RESTRICT velocity = values[4].at<T>();
  T* DESCENT_RESTRICT parameters = values[5].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i];
      parameters[i] -= learningRate * velocity[i];
    }
  });
}

// velocity = momentum * velocity + gradient; parameters -= learningRate * (gradient + momentum * velocity)
DESCENT_KERNEL(nesterov, elements) {
  const T momentum = static_cast<T>(values[1].number);
  const T learningRate = *values[2].at<T>();
  const T* DESCENT_RESTRICT gradient = values[3].at<T>();
  T* DESCENT_RESTRICT velocity = values[4].at<T>();
  T* DESCENT_RESTRICT parameters = values[5].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      velocity[i] = momentum * velocity[i] + gradient[i];
      parameters[i] -= learningRate * (gradient[i] + momentum * velocity[i]);
    }
  });
}

// squares += gradient^2; parameters -= learningRate * gradient / (sqrt(squares) + epsilon)
DESCENT_KERNEL(adagrad, elements) {
  const T epsilon = static_cast<T>(values[1].number);
  const T learningRate = *values[2].at<T>();
  const T* DESCENT_RESTRICT gradient = values[3].at<T>();
  T* DESCENT_RESTRICT squares = values[4].at<T>();
  T* DESCENT_RESTRICT parameters = values[5].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      squares[i] += gradient[i] * gradient[i];
      parameters[i] -= learningRate * gradient[i] / (std::sqrt(squares[i]) + epsilon);
    }
  });
}

// squares = decay * squares + (1 - decay) * gradient^2;
// parameters -= learningRate * gradient / (sqrt(squares) + epsilon)
DESCENT_KERNEL(rmsprop, elements) {
  const T decay = static_cast<T>(values[1].number);
  const T rest = static_cast<T>(1 - values[1].number);
  const T epsilon = static_cast<T>(values[2].number);
  const T learningRate = *values[3].at<T>();
  const T* DESCENT_RESTRICT gradient = values[4].at<T>();
  T* DESCENT_RESTRICT squares = values[5].at<T>();
  T* DESCENT_RESTRICT parameters = values[6].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      squares[i] = decay * squares[i] + rest * gradient[i] * gradient[i];
      parameters[i] -= learningRate * gradient[i] / (std::sqrt(squares[i]) + epsilon);
    }
  });
}

// Adam, or AdamW if weightDecay is not 0:
// mean = beta1 * mean + (1 - beta1) * gradient; square = beta2 * square + (1 - beta2) * gradient^2;
// parameters -= learningRate * (weightDecay * parameters + m / (sqrt(s) + epsilon)),
// where the bias-corrected averages are m = mean / (1 - beta1^step) and s = square / (1 - beta2^step)
DESCENT_KERNEL(adam, elements) {
  const double beta1 = values[1].number;
  const double beta2 = values[2].number;
  const double rateOfRun = *values[5].at<T>();
  const double step = *values[6].at<T>();
  const T keepMean = static_cast<T>(beta1);
  const T addMean = static_cast<T>(1 - beta1);
  const T keepSquare = static_cast<T>(beta2);
  const T addSquare = static_cast<T>(1 - beta2);
  // A division by `rootOfLack` corrects the bias of sqrt(square). Without weight decay, a parameter moves by
  // learningRate * m / (sqrt(square) / rootOfLack + epsilon), where m is the bias-corrected mean. The code multiplies
  // the numerator and the denominator by `rootOfLack`, which saves a division for each parameter.
  const double rootOfLack = std::sqrt(1 - std::pow(beta2, step));
  const T epsilon = static_cast<T>(rootOfLack * values[3].number);
  const T rate = static_cast<T>(rootOfLack * rateOfRun / (1 - std::pow(beta1, step)));
  const T kept = static_cast<T>(1 - rateOfRun * values[4].number);
  const T* DESCENT_RESTRICT gradient = values[7].at<T>();
  T* DESCENT_RESTRICT mean = values[8].at<T>();
  T* DESCENT_RESTRICT square = values[9].at<T>();
  T* DESCENT_RESTRICT parameters = values[10].at<T>();
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      const T g = gradient[i];
      mean[i] = keepMean * mean[i] + addMean * g;
      square[i] = keepSquare * square[i] + addSquare * g * g;
      parameters[i] = kept * parameters[i] - rate * mean[i] / (std::sqrt(square[i]) + epsilon);
    }
  });
}

// Moves each parameter against the sign of its gradient. Each parameter has its own step size, which grows while the
// sign stays the same and shrinks when the sign changes.
DESCENT_KERNEL(rprop, elements) {
  const T learningRate = *values[1].at<T>();
  const T* DESCENT_RESTRICT gradient = values[2].at<T>();
  T* DESCENT_RESTRICT previous = values[3].at<T>();
  T* DESCENT_RESTRICT sizes = values[4].at<T>();
  T* DESCENT_RESTRICT parameters = values[5].at<T>();
  const T smallest = T(1e-6);
  const T largest = T(50);
  vectorized([=]() DESCENT_INLINE {
    for (int64_t i = begin; i < end; i++) {
      // Compute all values first and then select one of them, so that the loop can be vectorized.
      const T slope = gradient[i];
      const T agreement = slope * previous[i];
      const T known = sizes[i];
      const T size = known == 0 ? learningRate : known;  // the stored size is 0 before the first step
      const T growth = agreement > 0 ? T(1.2) : agreement < 0 ? T(0.5) : T(1);
      const T grown = growth * size;
      const T atLeast = grown < smallest ? smallest : grown;
      const T next = atLeast > largest ? largest : atLeast;
      const T g = agreement < 0 ? T(0) : slope;
      const T direction = g > 0 ? T(1) : g < 0 ? T(-1) : g;
      sizes[i] = next;
      parameters[i] -= direction * next;
      previous[i] = g;
    }
  });
}

}  // namespace descent
