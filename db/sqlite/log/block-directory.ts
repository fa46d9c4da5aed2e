/** Owns which stored block each record ordinal lies in; knows nothing of what a block holds. */

/** Where a record lies in the log. */
export interface RecordPlace {
  readonly day: string
  readonly seq: number
  /** Line within the block, from 0. */
  readonly index: number
}

const FIRST_CAPACITY = 1 << 10

/** Blocks in order of their first ordinal, in typed arrays: 14 bytes a block. */
export class BlockDirectory {
  private count = 0
  private firstOrdinals = new Float64Array(FIRST_CAPACITY)
  private seqs = new Uint32Array(FIRST_CAPACITY)
  private dayNumbers = new Uint16Array(FIRST_CAPACITY)
  private readonly days: string[] = []

  /** Adds the next block: its records have the ordinals from `firstOrdinal` on. */
  add(day: string, seq: number, firstOrdinal: number): void {
    if (this.count === this.seqs.length) this.resize(this.count * 2, 0)
    let dayNumber = this.days.lastIndexOf(day)
    if (dayNumber < 0) dayNumber = this.days.push(day) - 1
    this.firstOrdinals[this.count] = firstOrdinal
    this.seqs[this.count] = seq
    this.dayNumbers[this.count] = dayNumber
    this.count++
  }

  /** The block that holds an ordinal, or null when it was forgotten. */
  locate(ordinal: number): RecordPlace | null {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.firstOrdinals[middle] as number) <= ordinal) low = middle + 1
      else high = middle
    }
    if (low === 0) return null
    const block = low - 1
    return {
      day: this.days[this.dayNumbers[block] as number] as string,
      seq: this.seqs[block] as number,
      index: ordinal - (this.firstOrdinals[block] as number),
    }
  }

  /** Forgets blocks that start at this ordinal or later. */
  truncate(nextOrdinal: number): void {
    while (this.count > 0 && (this.firstOrdinals[this.count - 1] as number) >= nextOrdinal) this.count--
  }

  /** Forgets blocks that end before this ordinal, once they are the larger part. */
  trim(firstOrdinal: number): void {
    let gone = 0
    while (gone + 1 < this.count && (this.firstOrdinals[gone + 1] as number) <= firstOrdinal) gone++
    if (gone > this.count / 2) this.resize(this.seqs.length, gone)
  }

  private resize(capacity: number, from: number): void {
    const { firstOrdinals, seqs, dayNumbers, count } = this
    this.firstOrdinals = new Float64Array(capacity)
    this.firstOrdinals.set(firstOrdinals.subarray(from, count))
    this.seqs = new Uint32Array(capacity)
    this.seqs.set(seqs.subarray(from, count))
    this.dayNumbers = new Uint16Array(capacity)
    this.dayNumbers.set(dayNumbers.subarray(from, count))
    this.count = count - from
  }
}
