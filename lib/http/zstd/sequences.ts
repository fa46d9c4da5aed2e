/** Owns the sequences of a Zstandard block: how literals and copies of what came before make its content (RFC 8878, 3.1.1.3.2). */
import { BackwardBits, cutOff, damaged } from '@/lib/http/zstd/bits'
import { buildFse, type FseTable, readFse, singleFse } from '@/lib/http/zstd/fse'
import type { Literals } from '@/lib/http/zstd/literals'
import type { Output } from '@/lib/http/zstd/output'

// biome-ignore format: a table
const LITERAL_BITS = [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,2,2,3,3,4,6,7,8,9,10,11,12,13,14,15,16]
// biome-ignore format: a table
const MATCH_BITS = [
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,2,2,3,3,4,4,5,7,8,9,10,11,12,13,14,15,16,
]
const LITERAL_BASES = basesOf(LITERAL_BITS, 0)
const MATCH_BASES = basesOf(MATCH_BITS, 3)

/** Each code begins where the one before ends. */
function basesOf(bits: readonly number[], first: number): number[] {
  let base = first
  return bits.map((count) => {
    const here = base
    base += 2 ** count
    return here
  })
}

/** One of the three kinds of codes: how many there are, and the table that stands for "predefined". */
interface CodeKind {
  readonly log: number
  readonly symbols: number
  readonly fixed: FseTable
}

// biome-ignore format: tables
const LITERAL_KIND: CodeKind = { log: 9, symbols: 36, fixed: buildFse(
  [4,3,2,2,2,2,2,2,2,2,2,2,2,1,1,1,2,2,2,2,2,2,2,2,2,3,2,1,1,1,1,1,-1,-1,-1,-1], 6) }
// biome-ignore format: tables
const MATCH_KIND: CodeKind = { log: 9, symbols: 53, fixed: buildFse(
  [1,4,3,2,2,2,2,2,2,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,-1,-1,-1,-1,-1,-1,-1], 6) }
// biome-ignore format: tables
const OFFSET_KIND: CodeKind = { log: 8, symbols: 32, fixed: buildFse(
  [1,1,1,1,1,1,2,2,2,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,-1,-1,-1,-1,-1], 5) }

const KINDS = [LITERAL_KIND, OFFSET_KIND, MATCH_KIND] as const

/** Sequences of one block after another: a block may use the tables and distances of the one before. */
export class Sequences {
  /** Of literal lengths, offsets, match lengths. */
  private readonly tables: (FseTable | null)[] = [null, null, null]
  private readonly recent: [number, number, number] = [1, 4, 8]

  /** Appends the content of a block to `out`, which has room for it. */
  run(from: Uint8Array, start: number, end: number, literals: Literals, out: Output): void {
    const { count, at } = readCount(from, start, end)
    if (count === 0) {
      if (at !== end) throw damaged()
      out.append(literals.bytes, 0, literals.size)
      return
    }
    const stream = new BackwardBits(from, this.readTables(from, at, end), end)
    const used = this.copyAll(stream, count, literals, out)
    out.append(literals.bytes, used, literals.size)
  }

  private readTables(from: Uint8Array, start: number, end: number): number {
    if (start >= end) throw cutOff()
    const modes = from[start] as number
    if ((modes & 3) !== 0) throw damaged()
    let at = start + 1
    for (const [i, kind] of KINDS.entries()) {
      const mode = (modes >> (6 - 2 * i)) & 3
      if (mode === 0) this.tables[i] = kind.fixed
      else if (mode === 1) {
        const symbol = from[at++] as number
        if (at > end) throw cutOff()
        if (symbol >= kind.symbols) throw damaged()
        this.tables[i] = singleFse(symbol)
      } else if (mode === 2) {
        const read = readFse(from, at, end, kind)
        this.tables[i] = read.table
        at = read.at
      }
    }
    return at
  }

  /** @returns how many literals were used */
  private copyAll(stream: BackwardBits, count: number, literals: Literals, out: Output): number {
    const [lengths, offsets, matches] = this.tables
    if (!lengths || !offsets || !matches) throw damaged()
    let lengthState = stream.read(lengths.log)
    let offsetState = stream.read(offsets.log)
    let matchState = stream.read(matches.log)
    let used = 0
    for (let i = 0; i < count; i++) {
      const offsetCode = offsets.symbols[offsetState] as number
      const matchCode = matches.symbols[matchState] as number
      const lengthCode = lengths.symbols[lengthState] as number
      const offset = 2 ** offsetCode + stream.read(offsetCode)
      const match = (MATCH_BASES[matchCode] as number) + stream.read(MATCH_BITS[matchCode] as number)
      const length = (LITERAL_BASES[lengthCode] as number) + stream.read(LITERAL_BITS[lengthCode] as number)
      if (i < count - 1) {
        lengthState =
          (lengths.bases[lengthState] as number) + stream.read(lengths.bits[lengthState] as number)
        matchState = (matches.bases[matchState] as number) + stream.read(matches.bits[matchState] as number)
        offsetState =
          (offsets.bases[offsetState] as number) + stream.read(offsets.bits[offsetState] as number)
      }
      if (stream.left < 0 || used + length > literals.size) throw damaged()
      out.append(literals.bytes, used, used + length)
      used += length
      out.repeat(this.distance(offset, length === 0), match)
    }
    if (stream.left !== 0) throw damaged()
    return used
  }

  /** How far back a copy begins: offsets of 1 to 3 mean one of the last three distances. */
  private distance(offset: number, isWithoutLiterals: boolean): number {
    const { recent } = this
    const which = offset > 3 ? 3 : offset - 1 + (isWithoutLiterals ? 1 : 0)
    const found = offset > 3 ? offset - 3 : which === 3 ? recent[0] - 1 : (recent[which] as number)
    if (found < 1) throw damaged()
    if (which > 1) recent[2] = recent[1]
    if (which > 0) recent[1] = recent[0]
    recent[0] = found
    return found
  }
}

function readCount(from: Uint8Array, start: number, end: number): { count: number; at: number } {
  if (start >= end) throw cutOff()
  const first = from[start] as number
  const width = first < 128 ? 1 : first < 255 ? 2 : 3
  if (start + width > end) throw cutOff()
  const second = from[start + 1] as number
  const count =
    width === 1
      ? first
      : width === 2
        ? ((first - 128) << 8) + second
        : second + ((from[start + 2] as number) << 8) + 0x7f00
  return { count, at: start + width }
}
