/** Owns the Huffman codes of literals in Zstandard (RFC 8878, 4.2). */
import { BackwardBits, cutOff, damaged } from '@/lib/http/zstd/bits'
import { readFse } from '@/lib/http/zstd/fse'

const MAX_BITS = 11
const MAX_WEIGHTS = 255

/** By the next `maxBits` bits: the symbol, and how many of them are its code. */
export interface HuffmanTable {
  readonly maxBits: number
  readonly symbols: Uint8Array
  readonly bits: Uint8Array
}

/** Reads a table. @returns the table, and the position after its description */
export function readHuffman(
  bytes: Uint8Array,
  start: number,
  end: number,
): { table: HuffmanTable; at: number } {
  if (start >= end) throw cutOff()
  const head = bytes[start] as number
  const direct = head - 127
  const at = start + 1 + (head < 128 ? head : (direct + 1) >> 1)
  if (at > end) throw cutOff()
  const weights =
    head < 128
      ? compressedWeights(bytes, start + 1, at)
      : Array.from({ length: direct }, (_, i) => {
          const pair = bytes[start + 1 + (i >> 1)] as number
          return i % 2 === 0 ? pair >> 4 : pair & 15
        })
  return { table: buildHuffman(weights), at }
}

/** Weights that two states of one table give in turn, until the bits have run out. */
function compressedWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const { table, at } = readFse(bytes, start, end, { log: 6, symbols: MAX_BITS + 2 })
  const stream = new BackwardBits(bytes, at, end)
  const weights: number[] = []
  let state = stream.read(table.log)
  let other = stream.read(table.log)
  while (stream.left >= 0) {
    if (weights.length >= MAX_WEIGHTS) throw damaged()
    weights.push(table.symbols[state] as number)
    const next = (table.bases[state] as number) + stream.read(table.bits[state] as number)
    state = other
    other = next
  }
  weights.push(table.symbols[state] as number)
  return weights
}

/** The table of these weights; the last symbol's is not sent, as it fills what the others leave. */
function buildHuffman(weights: number[]): HuffmanTable {
  let sum = 0
  for (const weight of weights) {
    if (weight > MAX_BITS) throw damaged()
    if (weight > 0) sum += 1 << (weight - 1)
  }
  if (sum === 0 || weights.length > MAX_WEIGHTS) throw damaged()
  const maxBits = 32 - Math.clz32(sum)
  const rest = (1 << maxBits) - sum
  if (maxBits > MAX_BITS || (rest & (rest - 1)) !== 0) throw damaged()
  weights.push(32 - Math.clz32(rest))
  const table = { maxBits, symbols: new Uint8Array(1 << maxBits), bits: new Uint8Array(1 << maxBits) }
  let at = 0
  for (let weight = 1; weight <= maxBits; weight++) {
    for (let symbol = 0; symbol < weights.length; symbol++) {
      if (weights[symbol] !== weight) continue
      const until = at + (1 << (weight - 1))
      table.symbols.fill(symbol, at, until)
      table.bits.fill(maxBits + 1 - weight, at, until)
      at = until
    }
  }
  return table
}

/** Decodes one stream into `out` from `to` to `until`. */
export function decodeHuffman(
  bytes: Uint8Array,
  start: number,
  end: number,
  table: HuffmanTable,
  out: Uint8Array,
  to: number,
  until: number,
): void {
  const stream = new BackwardBits(bytes, start, end)
  const { maxBits, symbols, bits } = table
  for (let at = to; at < until; at++) {
    const code = stream.peek(maxBits)
    out[at] = symbols[code] as number
    stream.left -= bits[code] as number
  }
  if (stream.left !== 0) throw damaged()
}
