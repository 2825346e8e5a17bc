import { binary, sharedFlag } from './binary.js'

/** The parts of the global object `WebAssembly` that the wasm backend uses. */
export interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { readonly exports: unknown }
  readonly Memory: new (limits: MemoryLimits) => WasmMemory
}

/** The sizes of a memory in pages of 64 KiB. */
interface MemoryLimits {
  readonly initial: number
  readonly maximum?: number
  readonly shared?: boolean
}

export interface WasmMemory {
  readonly buffer: ArrayBufferLike
  /** Makes the memory larger by a number of pages. @throws RangeError if that is not possible */
  grow(pages: number): number
}

/**
 * The compiled functions of the folder wasm/. They compute with float32 numbers. Arrays are given by their addresses,
 * which are byte offsets in the memory of the instance.
 */
export interface Functions {
  /** out (m x n) = beta * out + factor * a * (the transpose of b), where `a` is (m x k) and `b` is (n x k) */
  dot(m: number, n: number, k: number, factor: number, beta: number, a: number, b: number, out: number): void
  /**
   * out (m x n) = beta * out + factor * a * b, where `b` is (k x n). Element (i, q) of `a` is at the address
   * a + i * rowStride + q * depthStride.
   */
  outer(
    m: number,
    n: number,
    k: number,
    factor: number,
    beta: number,
    a: number,
    rowStride: number,
    depthStride: number,
    b: number,
    out: number,
  ): void
  /** out = max(0, z), for `count` numbers */
  relu(count: number, z: number, out: number): void
  /** delta *= (1 if a > 0, else 0), for `count` numbers */
  reluBackward(count: number, a: number, delta: number): void
  /** out (rows x columns) += bias (columns) */
  addBias(rows: number, columns: number, bias: number, out: number): void
  /** out = 1 / (1 + exp(-z)), for `count` numbers */
  sigmoid(count: number, z: number, out: number): void
  /**
   * out (rows x width) = factor * bytes. The bytes of each row lie in the last quarter of the memory of its numbers.
   */
  scaleBytes(rows: number, width: number, factor: number, out: number): void
}

/** The compiled module. */
export interface WasmModule {
  /** Whether `createMemory` creates shared memory. */
  readonly shared: boolean
  /** Creates memory of the kind that `shared` says. @throws RangeError if that is not possible */
  createMemory(initial: number, maximum: number): WasmMemory
  /** Returns functions that work on the given memory. */
  instantiate(memory: WasmMemory): Functions
  /** Memory that is not shared, with one page, and functions that work on it. When it grows, its buffer is detached. */
  readonly plain: { readonly memory: WasmMemory; readonly functions: Functions }
}

/** The module, or a text that says why it is not available. */
export type LoadedModule = { readonly module: WasmModule } | { readonly reason: string }

/**
 * Compiles the module. The module in the package is for shared memory, and a module for shared memory does not accept
 * any other memory. So a flag in the module's bytes is changed for memory that is not shared.
 */
export function loadModule(
  api = (globalThis as { readonly WebAssembly?: WebAssemblyApi }).WebAssembly,
  shared = typeof SharedArrayBuffer === 'function',
): LoadedModule {
  if (!api) return { reason: 'this JavaScript engine has no WebAssembly' }
  const forShared = bytesOf(binary)
  const forPlain = forShared.slice()
  forPlain[sharedFlag] = 1
  try {
    if (!api.validate(forPlain))
      return { reason: 'the WebAssembly of this JavaScript engine has no vector instructions' }
    return { module: createModule(api, new api.Module(forPlain), shared ? new api.Module(forShared) : undefined) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { reason: `WebAssembly cannot be used here (${message})` }
  }
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  // Uint8Array.from would take thirty times as long, which is longer than the compilation.
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function createModule(api: WebAssemblyApi, plain: object, forShared: object | undefined): WasmModule {
  const instantiate = (memory: WasmMemory) => {
    const isShared = !(memory.buffer instanceof ArrayBuffer)
    const module = isShared && forShared ? forShared : plain
    return new api.Instance(module, { env: { memory } }).exports as Functions
  }
  const shared = forShared !== undefined
  const createMemory = (initial: number, maximum: number) => new api.Memory({ initial, maximum, shared })
  const memory = new api.Memory({ initial: 1, maximum: maxPages })
  return { shared, createMemory, instantiate, plain: { memory, functions: instantiate(memory) } }
}

/** The size in bytes of a page of memory. */
export const pageSize = 65_536
/** The largest number of pages that a memory can have: 4 GiB. */
export const maxPages = 65_536
