/** Owns the stored form of a block: a JSON array as UTF-8, and fingerprints as pairs of little-endian 32-bit halves. */
import type { PredictionRecord } from '@/lib/domain/record'

/** Records turned into text at once: one call for many is faster, but all their text is held. */
const RUN_LENGTH = 100

/** Enough for the few records of a small request; more is taken as it is needed. */
const FIRST_BYTES = 2 * 1024
/** Longest UTF-8 form of one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/** Builds a JSON array from records that come one by one, as bytes from the start: long texts are slow to join. */
export class BlockText {
  /** Bytes so far, without the records of the unfinished run. */
  length = 0
  /** Memory of its own, not of a pool: it is handed over to the thread that writes it. */
  private bytes = Buffer.allocUnsafeSlow(FIRST_BYTES)
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
    let text = comma
    for (let i = 0; i < this.run.length; i++) {
      const record = this.run[i] as PredictionRecord
      if (i > 0) text += ','
      text += `${headText(record)},"f":${this.featureTexts[i] ?? '{}'}}`
    }
    this.write(text)
  }

  private write(text: string): void {
    const needed = this.length + text.length * MAX_BYTES_PER_UNIT
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    this.length += this.bytes.write(text, this.length)
  }
}

/** JSON of a record without its features and without the last brace. */
function headText(record: PredictionRecord): string {
  let text = `{"id":${JSON.stringify(record.id)},"at":${jsonOf(record.at)}`
  for (const key in record) {
    if (key === 'id' || key === 'at' || key === 'f') continue
    const value = record[key as keyof PredictionRecord]
    if (value !== undefined) text += `,"${key}":${jsonOf(value)}`
  }
  return text
}

function jsonOf(value: unknown): string {
  // Numbers are most of them, and their text is the same.
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : JSON.stringify(value)
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
