import { float16 } from '../../base/narrow-floats.js'

/** NumPy's names for the dtypes that can be read. */
export type NpyDtype =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64'

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

/** The typed arrays for numbers as they are stored in a file. */
export type RawData = NpyData | BigInt64Array | BigUint64Array

interface ArrayType<A> {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): A
}

interface DtypeRecord {
  /** The value of `descr` in the header, without the byte order. */
  readonly code: string
  readonly Raw: ArrayType<RawData>
  /** The type of array that `readNpy` returns. */
  readonly Numbers: ArrayType<NpyData>
  /**
   * Converts a stored number. If the number is invalid, returns a string that says what is wrong with it. `decode` is
   * undefined for dtypes whose numbers need no conversion.
   */
  readonly decode?: (raw: number | bigint) => number | string
}

const wholeNumber = (raw: number | bigint): number | string =>
  Number.isSafeInteger(Number(raw))
    ? Number(raw)
    : `${raw} is beyond 2^53 - 1, the largest whole number that is exact here`

/** The supported dtypes. Their codes are those of NumPy's array interface protocol (numpy.lib.format). */
export const npyDtypes: Record<NpyDtype, DtypeRecord> = {
  bool: {
    code: 'b1',
    Raw: Uint8Array,
    Numbers: Uint8Array,
    decode: (raw) => (raw === 0 || raw === 1 ? raw : `${raw} is not a bool, 0 or 1`),
  },
  uint8: { code: 'u1', Raw: Uint8Array, Numbers: Uint8Array },
  int8: { code: 'i1', Raw: Int8Array, Numbers: Int8Array },
  uint16: { code: 'u2', Raw: Uint16Array, Numbers: Uint16Array },
  int16: { code: 'i2', Raw: Int16Array, Numbers: Int16Array },
  uint32: { code: 'u4', Raw: Uint32Array, Numbers: Uint32Array },
  int32: { code: 'i4', Raw: Int32Array, Numbers: Int32Array },
  uint64: { code: 'u8', Raw: BigUint64Array, Numbers: Float64Array, decode: wholeNumber },
  int64: { code: 'i8', Raw: BigInt64Array, Numbers: Float64Array, decode: wholeNumber },
  float16: { code: 'f2', Raw: Uint16Array, Numbers: Float32Array, decode: (raw) => float16(Number(raw)) },
  float32: { code: 'f4', Raw: Float32Array, Numbers: Float32Array },
  float64: { code: 'f8', Raw: Float64Array, Numbers: Float64Array },
}
