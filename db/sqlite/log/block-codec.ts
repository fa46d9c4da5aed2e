/** Owns the stored form of a block: a JSON array as UTF-8, and fingerprints as pairs of little-endian 32-bit halves. */
import type { PredictionRecord } from '@/lib/domain/record'

/** Records turned into text at once: one call for many is faster, but all their text is held. */
const RUN_LENGTH = 100

/** Enough for the few records of a small request; more is taken as it is needed. */
const FIRST_BYTES = 2 * 1024
/** Longest UTF-8 form of one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/** Between two records without features, as JSON; cannot stand inside a text, where a quote follows a backslash. */
const BETWEEN_HEADS = '},{"id":'

/** Builds a JSON array from records that come one by one, as bytes from the start: long texts are slow to join. */
export class BlockText {
  /** Bytes so far, without the records of the unfinished run. */
  length = 0
  private bytes = Buffer.allocUnsafe(FIRST_BYTES)
  private run: PredictionRecord[] = []
  /** JSON of the features of the run's records: known for all of them, or for none. */
  private featureTexts: string[] = []

  /** @param featureText JSON of the record's features, where it is known: numbers take long to write */
  add(record: PredictionRecord, featureText?: string): void {
    const isKnown = featureText !== undefined
    const runIsKnown = this.featureTexts.length > 0
    if (this.run.length === RUN_LENGTH || isKnown !== runIsKnown) this.finishRun()
    this.run.push(record)
    if (isKnown) this.featureTexts.push(featureText)
  }

  /** The whole array. */
  encode(): Buffer {
    this.finishRun()
    this.write(this.length === 0 ? '[]' : ']')
    return this.bytes.subarray(0, this.length)
  }

  private finishRun(): void {
    if (this.run.length === 0) return
    const comma = this.length === 0 ? '[' : ','
    if (this.featureTexts.length === 0) this.write(comma + JSON.stringify(this.run).slice(1, -1))
    else this.writeWithFeatures(comma)
    this.run = []
    this.featureTexts = []
  }

  private writeWithFeatures(comma: string): void {
    const heads = this.run.map(({ f, id, ...rest }) => ({ id, ...rest }))
    let before = `${comma}{"id":`
    JSON.stringify(heads)
      .slice('[{"id":'.length, -'}]'.length)
      .split(BETWEEN_HEADS)
      .forEach((head, i) => {
        this.write(`${before}${head},"f":`)
        this.write(this.featureTexts[i] ?? '{}')
        before = BETWEEN_HEADS
      })
    this.write('}')
  }

  private write(text: string): void {
    const needed = this.length + text.length * MAX_BYTES_PER_UNIT
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.bytes.length))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    this.length += this.bytes.write(text, this.length)
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
