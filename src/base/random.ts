/**
 * Generates seeded random numbers with xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", 2018). Each purpose has its own stream of numbers. Examples of purposes are the initial weights of a
 * layer, the shuffling before epoch 3, and the drawing of digit 12,345. The initial state of a stream is a hash of the
 * seed and of the stream's name. So the numbers of one stream do not depend on how many numbers a different stream has
 * generated.
 */

import { log } from './exact-math.js'

export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number
  /** A number from 0 (included) to 1 (excluded), in steps of 2^-32. */
  uniform(): number
  /** A number with the standard normal distribution, by Marsaglia's polar method. */
  normal(): number
  /** Fills an array with the numbers that `normal` would return, each multiplied by `deviation`. */
  fillNormal(values: Float32Array | Float64Array, deviation: number): void
  /** A whole number from 0 to `limit` - 1. All are equally likely. `limit` is at most 2^32. */
  integer(limit: number): number
}

/** Returns the FNV-1a hash of the UTF-16 code units of a stream's name. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** The finalizer of MurmurHash3. Every bit of the input affects every bit of the result. */
function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * Creates the generator of one stream of random numbers. The same `seed` and `stream` give the same numbers on every
 * machine.
 */
export function createRandom(seed: number, ...stream: (string | number)[]): Random {
  let hash = mix(seed ^ mix(Math.floor(seed / 2 ** 32) + 0x9e3779b9))
  for (const part of stream) {
    const number = typeof part === 'string' ? hashText(part) : part
    hash = mix((Math.imul(hash, 31) + mix(number + 0x9e3779b9)) | 0)
  }
  const fill = (): number => {
    hash = (hash + 0x9e3779b9) | 0
    return mix(hash) | 0
  }
  let s0 = fill()
  let s1 = fill()
  let s2 = fill()
  // If all four numbers of the state were 0, the generator would return 0 forever. So the last of them is always odd.
  let s3 = fill() | 1
  let spare: number | undefined

  function uint32(): number {
    const scrambled = (s1 << 2) + s1
    const turned = (scrambled << 7) | (scrambled >>> 25)
    const result = ((turned << 3) + turned) >>> 0
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
    return result
  }

  function uniform(): number {
    return uint32() * 2 ** -32
  }

  // Use all 53 bits of a float64. With fewer bits, numbers from `normal` would repeat, and none would exceed six
  // standard deviations.
  function fraction(): number {
    return ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) * 2 ** -53
  }

  function normal(): number {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    let x: number
    let y: number
    let square: number
    do {
      x = 2 * fraction() - 1
      y = 2 * fraction() - 1
      square = x * x + y * y
    } while (square >= 1 || square === 0)
    const factor = Math.sqrt((-2 * log(square)) / square)
    spare = y * factor
    return x * factor
  }

  // Do not call normal() for each number. When a new network generates its weights, V8 still interprets this function,
  // and the calls would double the time.
  function fillNormal(values: Float32Array | Float64Array, deviation: number): void {
    let filled = 0
    if (spare !== undefined && values.length > 0) values[filled++] = deviation * normal()
    let [a, b, c, d] = [s0, s1, s2, s3]
    const words = new Int32Array(4)
    while (filled < values.length) {
      for (let i = 0; i < 4; i++) {
        const scrambled = (b << 2) + b
        const turned = (scrambled << 7) | (scrambled >>> 25)
        words[i] = (turned << 3) + turned
        const shifted = b << 9
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 11) | (d >>> 21)
      }
      const x = ((words[0] >>> 5) * 2 ** 26 + (words[1] >>> 6)) * 2 ** -52 - 1
      const y = ((words[2] >>> 5) * 2 ** 26 + (words[3] >>> 6)) * 2 ** -52 - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * log(square)) / square)
      values[filled++] = deviation * (x * factor)
      if (filled < values.length) values[filled++] = deviation * (y * factor)
      else spare = y * factor
    }
    s0 = a
    s1 = b
    s2 = c
    s3 = d
  }

  function integer(limit: number): number {
    // `end` is the largest multiple of `limit` up to 2^32. Reject a number that is not below `end` and try again,
    // because a plain remainder would favor small numbers.
    const end = 2 ** 32 - (2 ** 32 % limit)
    let value = uint32()
    while (value >= end) value = uint32()
    return value % limit
  }

  return { uint32, uniform, normal, fillNormal, integer }
}

/** Shuffles in place (Fisher-Yates, Durstenfeld's version) and returns the same array. */
export function shuffle(order: Uint32Array, random: Random): Uint32Array {
  shuffleSteps(order, random, 0, order.length - 1)
  return order
}

/** Returns the numbers from 0 to `size` - 1 in a random order. */
export function randomOrder(size: number, random: Random): Uint32Array {
  const order = new Uint32Array(size)
  // Uint32Array.from takes several times as long, and longer than the shuffle.
  for (let i = 0; i < size; i++) order[i] = i
  return shuffle(order, random)
}

/**
 * Runs a part of a shuffle, so that the caller can pause a long shuffle. Runs the steps from `from` up to, but not
 * including, `to`. The whole shuffle has `order.length` - 1 steps.
 */
export function shuffleSteps(order: Uint32Array, random: Random, from: number, to: number): void {
  const last = order.length - 1
  for (let i = last - from; i > last - to; i--) {
    const j = random.integer(i + 1)
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
}
