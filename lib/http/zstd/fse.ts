/** Owns the tables of finite state entropy in Zstandard: read from a stream, made of one symbol, or fixed (RFC 8878, 4.1.1). */
import { bitsAt, cutOff, damaged } from '@/lib/http/zstd/bits'

/** By state: the symbol, and how many bits lead from what base to the next state. */
export interface FseTable {
  readonly log: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
  readonly bases: Uint16Array
}

/** The table of probabilities that sum to 2^log; -1 stands for less than one. */
export function buildFse(counts: ArrayLike<number>, log: number): FseTable {
  const size = 1 << log
  const table = {
    log,
    symbols: new Uint8Array(size),
    bits: new Uint8Array(size),
    bases: new Uint16Array(size),
  }
  const next = new Uint16Array(counts.length)
  let high = size - 1
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] as number
    next[symbol] = Math.abs(count)
    if (count === -1) table.symbols[high--] = symbol
  }
  const step = (size >> 1) + (size >> 3) + 3
  let at = 0
  for (let symbol = 0; symbol < counts.length; symbol++) {
    for (let i = 0; i < (counts[symbol] as number); i++) {
      table.symbols[at] = symbol
      do at = (at + step) & (size - 1)
      while (at > high)
    }
  }
  for (let state = 0; state < size; state++) {
    const symbol = table.symbols[state] as number
    const value = next[symbol] as number
    next[symbol] = value + 1
    const bits = log - (31 - Math.clz32(value))
    table.bits[state] = bits
    table.bases[state] = (value << bits) - size
  }
  return table
}

/** A table that knows one symbol and reads nothing. */
export function singleFse(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: new Uint8Array(1), bases: new Uint16Array(1) }
}

/**
 * Reads a table.
 * @returns the table, and the position after its description
 */
export function readFse(
  bytes: Uint8Array,
  start: number,
  end: number,
  limits: { log: number; symbols: number },
): { table: FseTable; at: number } {
  if (start >= end) throw cutOff()
  const log = ((bytes[start] as number) & 15) + 5
  if (log > limits.log) throw damaged()
  const counts: number[] = []
  let at = 4
  let left = (1 << log) + 1
  while (left > 1) {
    if (counts.length >= limits.symbols) throw damaged()
    // As many bits as the largest value that is possible now needs; the smallest values need one less.
    const width = 32 - Math.clz32(left)
    const half = 1 << (width - 1)
    const spare = 2 * half - 1 - left
    let value = bitsAt(bytes, start, at, width - 1)
    if (value < spare) at += width - 1
    else {
      value = bitsAt(bytes, start, at, width)
      if (value >= half) value -= spare
      at += width
    }
    const count = value - 1
    counts.push(count)
    left -= Math.abs(count)
    if (count === 0) {
      let repeat: number
      do {
        repeat = bitsAt(bytes, start, at, 2)
        at += 2
        for (let i = 0; i < repeat; i++) counts.push(0)
      } while (repeat === 3 && counts.length <= limits.symbols)
    }
    if (start + ((at + 7) >>> 3) > end) throw cutOff()
  }
  if (left !== 1 || counts.length > limits.symbols) throw damaged()
  return { table: buildFse(counts, log), at: start + ((at + 7) >>> 3) }
}
