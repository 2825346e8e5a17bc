# JSON with comments. A test compares the sources listed here with CMakeLists.txt and with the files on disk.
{
  "targets": [
    {
      "target_name": "descent",
      "sources": [
        "native/addon.cc",
        "native/background.cc",
        "native/executor.cc",
        "native/jobs.cc",
        "native/kernels/activations.cc",
        "native/kernels/costs.cc",
        "native/kernels/dropout.cc",
        "native/kernels/elementwise.cc",
        "native/kernels/gather.cc",
        "native/kernels/gemm.cc",
        "native/kernels/optimizers.cc",
        "native/kernels/ranks.cc",
        "native/kernels/reduce.cc",
        "native/kernels/softmax.cc",
        "native/kernels/table.cc",
        "native/kernels/update.cc",
        "native/mpi/communicator.cc",
        "native/mpi/communicator_object.cc",
        "native/mpi/library.cc",
        "native/mpi/thread.cc",
        "native/pool.cc",
        "native/program.cc",
        "native/vectorized.cc"
      ],
      "include_dirs": ["native"],
      "defines": [
        "NAPI_VERSION=8",
        "NODE_ADDON_API_CPP_EXCEPTIONS",
        "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
        "NDEBUG"
      ],
      "variables": {
        # Headers of other projects are included as system headers, because our warnings are errors and theirs must not be.
        "descent_flags": [
          "-std=c++17",
          "-O3",
          # Neither changes a result. Both let the compiler vectorize loops with comparisons and square roots.
          "-fno-math-errno",
          "-fno-trapping-math",
          "-fvisibility=hidden",
          "-fvisibility-inlines-hidden",
          "-fexceptions",
          "-pthread",
          "-Wall",
          "-Wextra",
          "-Werror",
          "<!@(node scripts/native/include-flags.mjs)",
          "<!@(node scripts/find-openblas.mjs compile-flags)"
        ]
      },
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<@(descent_flags)"],
      "xcode_settings": {
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "CLANG_CXX_LIBRARY": "libc++",
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "GCC_ENABLE_CPP_RTTI": "YES",
        "OTHER_CPLUSPLUSFLAGS": ["<@(descent_flags)"]
      },
      "ldflags": ["-pthread"],
      "libraries": ["<!@(node scripts/find-openblas.mjs link-flags)"]
    }
  ]
}
