/** Owns the stored form of a block: a JSON array as UTF-8, and fingerprints as pairs of little-endian 32-bit halves. */

/** Values turned into text at once: one call for many is faster, but all their text is held. */
const RUN_LENGTH = 100

/** Builds the text of a JSON array from values that come one by one. */
export class BlockText {
  /** Characters so far, without the values of the unfinished run. */
  chars = 0
  private readonly runs: string[] = []
  private run: unknown[] = []

  add(value: unknown): void {
    this.run.push(value)
    if (this.run.length === RUN_LENGTH) this.finishRun()
  }

  /** The whole array as bytes. */
  encode(): Buffer {
    this.finishRun()
    return Buffer.from(`[${this.runs.join(',')}]`, 'utf8')
  }

  private finishRun(): void {
    if (this.run.length === 0) return
    const text = JSON.stringify(this.run)
    this.runs.push(text.slice(1, -1))
    this.chars += text.length
    this.run = []
  }
}

export function encodeBlock(values: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify(values), 'utf8')
}

/** Every value of a block. */
export function decodeBlock<T>(body: Buffer): T[] {
  return JSON.parse(body.toString('utf8')) as T[]
}

const SEPARATOR = Buffer.from('},{"')
const LOWER_A = 97
const LOWER_Z = 122

/**
 * End of the object that starts at or before `from`: the position after its brace.
 * Between two records stands `},{"` and then a letter, the first of a key. Inside a text the quote of that
 * pattern could only be its end, which no letter follows; records hold no lists of objects.
 */
function endOfRecord(body: Buffer, from: number): number {
  for (let at = from; ; at += SEPARATOR.length) {
    at = body.indexOf(SEPARATOR, at)
    if (at < 0) return body.length - 1
    const next = body[at + SEPARATOR.length] as number
    if (next >= LOWER_A && next <= LOWER_Z) return at + 1
  }
}

/** The JSON text of the records with these indexes (ascending), without decoding the others. */
export function pickRecords(body: Buffer, indexes: readonly number[]): Map<number, string> {
  const picked = new Map<number, string>()
  let record = 0
  let start = 1
  for (const index of indexes) {
    for (; record < index; record++) start = endOfRecord(body, start) + 1
    if (start >= body.length) break
    picked.set(index, body.toString('utf8', start, endOfRecord(body, start)))
  }
  return picked
}
