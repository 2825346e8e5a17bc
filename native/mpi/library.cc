#include "library.h"

#include <cstdint>
#include <cstdlib>
#include <type_traits>
#include <vector>

#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace descent {
namespace {

constexpr int kMaxErrorString = 512;  // MPI_MAX_ERROR_STRING: 256 in Open MPI, 512 in MPICH and in the standard ABI
constexpr int kMaxVersionString = 8192;  // MPI_MAX_LIBRARY_VERSION_STRING: 256 in Open MPI, 8192 in the other two

#ifdef _WIN32

void* openLibrary(const char* name) { return reinterpret_cast<void*>(LoadLibraryA(name)); }
void* findSymbol(void* library, const char* name) {
  return reinterpret_cast<void*>(GetProcAddress(reinterpret_cast<HMODULE>(library), name));
}
std::string whyNotOpened(const char* name) { return std::string(name) + ": error " + std::to_string(GetLastError()); }

#else

// The symbols of the library become global, because the plugins of some builds of Open MPI use them without being
// linked with the library.
void* openLibrary(const char* name) { return dlopen(name, RTLD_NOW | RTLD_GLOBAL); }
void* findSymbol(void* library, const char* name) { return dlsym(library, name); }
std::string whyNotOpened(const char*) {
  const char* reason = dlerror();
  return reason ? reason : "unknown reason";
}

#endif

template <class Function>
void bind(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(findSymbol(library, name));
  if (!function) throw MpiError(std::string("the MPI library has no function ") + name);
}

// The values that have other numbers or addresses in each ABI. `Handle` is the type of communicators, element types and
// operations.
template <class Handle>
struct Constants {
  Handle world;
  Handle bytes, int32, uint32, float32, float64;
  Handle sum, min, max;
  Handle errorsReturn;
  void* inPlace;
  int threadMultiple;
};

template <class Handle>
class BoundMpi final : public Mpi {
  static_assert(std::is_same_v<Handle, int> || std::is_same_v<Handle, void*>);

 public:
  BoundMpi(void* library, const Constants<Handle>& constants) : constants_(constants) {
    bind(library, "MPI_Init_thread", initThread_);
    bind(library, "MPI_Finalize", finalize_);
    bind(library, "MPI_Comm_rank", commRank_);
    bind(library, "MPI_Comm_size", commSize_);
    bind(library, "MPI_Comm_split", commSplit_);
    bind(library, "MPI_Comm_free", commFree_);
    bind(library, "MPI_Comm_set_errhandler", setErrhandler_);
    bind(library, "MPI_Allreduce", allreduce_);
    bind(library, "MPI_Bcast", bcast_);
    bind(library, "MPI_Abort", abort_);
    bind(library, "MPI_Error_string", errorString_);
    bind(library, "MPI_Get_library_version", getLibraryVersion_);
  }

  bool init() override {
    int granted = 0;
    check("MPI_Init_thread", initThread_(nullptr, nullptr, constants_.threadMultiple, &granted));
    check("MPI_Comm_set_errhandler", setErrhandler_(constants_.world, constants_.errorsReturn));
    return granted >= constants_.threadMultiple;
  }
  void finalize() override { check("MPI_Finalize", finalize_()); }
  MpiComm world() const override { return wrap(constants_.world); }
  int rank(MpiComm comm) override {
    int rank = 0;
    check("MPI_Comm_rank", commRank_(unwrap(comm), &rank));
    return rank;
  }
  int size(MpiComm comm) override {
    int size = 0;
    check("MPI_Comm_size", commSize_(unwrap(comm), &size));
    return size;
  }
  MpiComm split(MpiComm comm, int color, int key) override {
    Handle part{};
    check("MPI_Comm_split", commSplit_(unwrap(comm), color, key, &part));
    return wrap(part);
  }
  void free(MpiComm comm) override {
    Handle handle = unwrap(comm);
    check("MPI_Comm_free", commFree_(&handle));
  }
  void allreduce(void* values, int count, ElementType type, Operation operation, MpiComm comm) override {
    const Handle handle = operation == Operation::sum ? constants_.sum
                          : operation == Operation::min ? constants_.min
                                                        : constants_.max;
    check("MPI_Allreduce", allreduce_(constants_.inPlace, values, count, typeHandle(type), handle, unwrap(comm)));
  }
  void broadcast(void* values, int count, ElementType type, int root, MpiComm comm) override {
    check("MPI_Bcast", bcast_(values, count, typeHandle(type), root, unwrap(comm)));
  }
  void abort(int code) override { abort_(constants_.world, code); }
  std::string version() override {
    char text[kMaxVersionString] = "";
    int length = 0;
    check("MPI_Get_library_version", getLibraryVersion_(text, &length));
    return text;
  }

 private:
  static MpiComm wrap(Handle handle) {
    MpiComm comm{};
    if constexpr (std::is_same_v<Handle, int>) {
      comm.number = handle;
    } else {
      comm.address = handle;
    }
    return comm;
  }
  static Handle unwrap(MpiComm comm) {
    if constexpr (std::is_same_v<Handle, int>) {
      return comm.number;
    } else {
      return comm.address;
    }
  }
  Handle typeHandle(ElementType type) const {
    switch (type) {
      case ElementType::int32:
        return constants_.int32;
      case ElementType::uint32:
        return constants_.uint32;
      case ElementType::float32:
        return constants_.float32;
      case ElementType::float64:
        return constants_.float64;
      default:
        return constants_.bytes;
    }
  }
  void check(const char* function, int code) {
    if (code == 0) return;  // MPI_SUCCESS
    char text[kMaxErrorString] = "";
    int length = 0;
    errorString_(code, text, &length);
    throw MpiError(std::string(function) + " failed: " + text);
  }

  const Constants<Handle> constants_;
  int (*initThread_)(int*, char***, int, int*) = nullptr;
  int (*finalize_)() = nullptr;
  int (*commRank_)(Handle, int*) = nullptr;
  int (*commSize_)(Handle, int*) = nullptr;
  int (*commSplit_)(Handle, int, int, Handle*) = nullptr;
  int (*commFree_)(Handle*) = nullptr;
  int (*setErrhandler_)(Handle, Handle) = nullptr;
  int (*allreduce_)(const void*, void*, int, Handle, Handle, Handle) = nullptr;
  int (*bcast_)(void*, int, Handle, int, Handle) = nullptr;
  int (*abort_)(Handle, int) = nullptr;
  int (*errorString_)(int, char*, int*) = nullptr;
  int (*getLibraryVersion_)(char*, int*) = nullptr;
};

// Whether srun has started several processes, but no plugin of Slurm for MPI helps them to find each other. The plugins "pmix"
// and "pmi2" set the variables that are looked for here.
bool isPlainSrun() {
  const char* size = std::getenv("SLURM_STEP_NUM_TASKS");
  if (!size || std::atoi(size) < 2) return false;
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_NAMESPACE", "PMI_SIZE", "PMI_FD"}) {
    if (std::getenv(name)) return false;
  }
  return true;
}

// Open MPI: handles are addresses of variables of the library. MPI_IN_PLACE and the levels of threads are in its mpi.h.
std::unique_ptr<Mpi> bindOpenMpi(void* library) {
  // In such a process, MPI_Init of Open MPI would end the process with code 1.
  if (isPlainSrun()) {
    throw MpiError("srun has not told the processes how to find each other: Open MPI needs srun --mpi=pmix "
                   "(srun --mpi=list prints what this Slurm has)");
  }
  const auto address = [library](const char* name) {
    void* found = findSymbol(library, name);
    if (!found) throw MpiError(std::string("the library looks like Open MPI, but has no variable ") + name);
    return found;
  };
  Constants<void*> constants;
  constants.world = address("ompi_mpi_comm_world");
  constants.bytes = address("ompi_mpi_byte");
  constants.int32 = address("ompi_mpi_int");
  constants.uint32 = address("ompi_mpi_unsigned");
  constants.float32 = address("ompi_mpi_float");
  constants.float64 = address("ompi_mpi_double");
  constants.sum = address("ompi_mpi_op_sum");
  constants.min = address("ompi_mpi_op_min");
  constants.max = address("ompi_mpi_op_max");
  constants.errorsReturn = address("ompi_mpi_errors_return");
  constants.inPlace = reinterpret_cast<void*>(1);
  constants.threadMultiple = 3;
  return std::make_unique<BoundMpi<void*>>(library, constants);
}

// MPICH, and the libraries with its ABI (https://www.mpich.org/abi): Intel MPI, MVAPICH, Cray MPICH, ParaStation MPI,
// and Microsoft MPI. The numbers are those of MPICH's mpi.h.
std::unique_ptr<Mpi> bindMpich(void* library) {
  Constants<int> constants;
  constants.world = 0x44000000;  // MPI_COMM_WORLD
  constants.bytes = 0x4c00010d;  // MPI_BYTE
  constants.int32 = 0x4c000405;  // MPI_INT
  constants.uint32 = 0x4c000406;  // MPI_UNSIGNED
  constants.float32 = 0x4c00040a;  // MPI_FLOAT
  constants.float64 = 0x4c00080b;  // MPI_DOUBLE
  constants.max = 0x58000001;  // MPI_MAX
  constants.min = 0x58000002;  // MPI_MIN
  constants.sum = 0x58000003;  // MPI_SUM
  constants.errorsReturn = 0x54000001;  // MPI_ERRORS_RETURN
  constants.inPlace = reinterpret_cast<void*>(intptr_t{-1});  // MPI_IN_PLACE
  constants.threadMultiple = 3;  // MPI_THREAD_MULTIPLE
  return std::make_unique<BoundMpi<int>>(library, constants);
}

// The standard ABI of MPI 5. The values are those of the header mpi.h in https://github.com/mpi-forum/mpi-abi-stubs, at
// commit 90d88b071aecb0c9a13e3d36528bc7f7cd14b896.
std::unique_ptr<Mpi> bindStandard(void* library) {
  int (*getVersion)(int*, int*) = nullptr;
  bind(library, "MPI_Abi_get_version", getVersion);
  int major = 0;
  int minor = 0;
  if (getVersion(&major, &minor) != 0 || major != 1) {
    throw MpiError("the library has version " + std::to_string(major) + " of the standard ABI of MPI, and only 1 is known");
  }
  const auto handle = [](uintptr_t value) { return reinterpret_cast<void*>(value); };
  Constants<void*> constants;
  constants.world = handle(0x101);  // MPI_COMM_WORLD
  constants.bytes = handle(0x247);  // MPI_BYTE
  constants.int32 = handle(0x250);  // MPI_INT32_T
  constants.uint32 = handle(0x251);  // MPI_UINT32_T
  constants.float32 = handle(0x210);  // MPI_FLOAT
  constants.float64 = handle(0x214);  // MPI_DOUBLE
  constants.sum = handle(0x21);  // MPI_SUM
  constants.min = handle(0x22);  // MPI_MIN
  constants.max = handle(0x23);  // MPI_MAX
  constants.errorsReturn = handle(0x142);  // MPI_ERRORS_RETURN
  constants.inPlace = handle(1);  // MPI_IN_PLACE
  constants.threadMultiple = 4096;  // MPI_THREAD_MULTIPLE
  return std::make_unique<BoundMpi<void*>>(library, constants);
}

// Returns what the library says about itself. This function of MPI needs no handle, so it works in every ABI, and may be
// called before MPI_Init.
std::string describeLibrary(void* library) {
  int (*getVersion)(char*, int*) = nullptr;
  bind(library, "MPI_Get_library_version", getVersion);
  char text[kMaxVersionString] = "";
  int length = 0;
  getVersion(text, &length);
  return text;
}

// A library with the standard ABI is recognized by its name alone. Open MPI's own one may show the variables of Open MPI
// too, and MPICH's other library has the functions of the standard ABI, but other handles.
std::unique_ptr<Mpi> bindLibrary(void* library, const std::string& name) {
  if (name.find("mpi_abi") != std::string::npos) return bindStandard(library);
  if (findSymbol(library, "ompi_mpi_comm_world")) return bindOpenMpi(library);
  const std::string description = describeLibrary(library);
  for (const char* relative : {"MPICH", "Intel(R) MPI", "MVAPICH", "ParaStation", "Microsoft MPI"}) {
    if (description.find(relative) != std::string::npos) return bindMpich(library);
  }
  throw MpiError("the MPI library " + name + " has an ABI that is not known: it is neither Open MPI, nor MPICH or one of its " +
                 "relatives, nor a libmpi_abi, but \"" + description.substr(0, 100) + "\"");
}

void setUnlessSet(const char* name, const char* value) {
#ifdef _WIN32
  if (!std::getenv(name)) _putenv_s(name, value);
#else
  setenv(name, value, 0);
#endif
}

// UCX is a library on which some builds of MPI stand. By default, it replaces functions such as mmap in the running
// process, which crashed V8 now and then, and handles SIGSEGV, which V8 needs for WebAssembly. UCX reads the variables
// while it is being loaded.
void tameUcx() {
  setUnlessSet("UCX_MEM_EVENTS", "n");
  setUnlessSet("UCX_ERROR_SIGNALS", "");
  setUnlessSet("UCX_WARN_UNUSED_ENV_VARS", "n");
}

std::vector<std::string> usualNames() {
#if defined(_WIN32)
  return {"msmpi.dll", "impi.dll"};
#elif defined(__APPLE__)
  const std::vector<std::string> openMpi = {"libmpi.40.dylib", "/opt/homebrew/lib/libmpi.40.dylib",
                                            "/usr/local/lib/libmpi.40.dylib", "/opt/local/lib/openmpi-mp/libmpi.40.dylib"};
  const std::vector<std::string> mpich = {"libmpi.12.dylib", "/opt/homebrew/lib/libmpi.12.dylib",
                                          "/usr/local/lib/libmpi.12.dylib", "/opt/local/lib/mpich-mp/libmpi.12.dylib"};
  const std::vector<std::string> others = {"libmpi_abi.dylib", "/opt/homebrew/lib/libmpi_abi.dylib", "libmpi.dylib"};
#else
  const std::vector<std::string> openMpi = {"libmpi.so.40"};
  const std::vector<std::string> mpich = {"libmpich.so.12", "libmpi.so.12"};
  const std::vector<std::string> others = {"libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so", "libmpi.so"};
#endif
#ifndef _WIN32
  const bool isHydra = (std::getenv("PMI_SIZE") || std::getenv("PMI_FD")) && !std::getenv("OMPI_COMM_WORLD_SIZE");
  std::vector<std::string> names = isHydra ? mpich : openMpi;
  const std::vector<std::string>& second = isHydra ? openMpi : mpich;
  names.insert(names.end(), second.begin(), second.end());
  names.insert(names.end(), others.begin(), others.end());
  return names;
#endif
}

}  // namespace

std::unique_ptr<Mpi> openMpi(const std::string& library) {
  tameUcx();
  std::string reasons;
  for (const std::string& name : library.empty() ? usualNames() : std::vector<std::string>{library}) {
    if (void* opened = openLibrary(name.c_str())) return bindLibrary(opened, name);
    reasons += (reasons.empty() ? "" : "; ") + whyNotOpened(name.c_str());
  }
  throw MpiError("no MPI library can be loaded: " + reasons);
}

}  // namespace descent
