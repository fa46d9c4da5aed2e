/** Owns an in-memory table from 64-bit fingerprints to ordinals that keeps the newest entries; knows nothing of records. */

/** Entries of a full generation; slots hold the entry's number plus one in this many bits. */
const ENTRY_BITS = 20
const ENTRY_MASK = (1 << ENTRY_BITS) - 1
export const GENERATION_CAPACITY = ENTRY_MASK

const FIRST_SLOTS = 1 << 12
const FULL_SLOTS = 1 << (ENTRY_BITS + 1)

/** One generation: entries in order of arrival, and an open-addressing table of at most half load over them. */
class Generation {
  count = 0
  high: Uint32Array
  low: Uint32Array
  /** 0 = free; else 12 bits of the fingerprint (to skip most misses) above the entry's number plus one. */
  private slots: Uint32Array
  private mask: number

  constructor(
    readonly firstOrdinal: number,
    slots: number,
  ) {
    this.high = new Uint32Array(slots >> 1)
    this.low = new Uint32Array(slots >> 1)
    this.slots = new Uint32Array(slots)
    this.mask = slots - 1
  }

  add(high: number, low: number): void {
    if (this.count === this.high.length) this.grow()
    this.high[this.count] = high
    this.low[this.count] = low
    this.place(high, low, this.count)
    this.count++
  }

  /** Number of the newest entry with this fingerprint that is below `before`, or -1. */
  find(high: number, low: number, before: number): number {
    const { slots, mask } = this
    const tag = high >>> ENTRY_BITS
    let newest = -1
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const value = slots[slot] as number
      if (value === 0) return newest
      if (value >>> ENTRY_BITS !== tag) continue
      const entry = (value & ENTRY_MASK) - 1
      if (entry > newest && entry < before && this.low[entry] === low && this.high[entry] === high)
        newest = entry
    }
  }

  /** Removes the newest entries, newest first: the exact inverse of adding them. */
  truncate(count: number): void {
    while (this.count > count) {
      const entry = --this.count
      let slot = (this.low[entry] as number) & this.mask
      while (((this.slots[slot] as number) & ENTRY_MASK) !== entry + 1) slot = (slot + 1) & this.mask
      this.slots[slot] = 0
    }
  }

  private place(high: number, low: number, entry: number): void {
    const { slots, mask } = this
    let slot = low & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = ((high >>> ENTRY_BITS) << ENTRY_BITS) | (entry + 1)
  }

  private grow(): void {
    const { high, low } = this
    const capacity = high.length * 2
    this.high = new Uint32Array(capacity)
    this.high.set(high)
    this.low = new Uint32Array(capacity)
    this.low.set(low)
    this.slots = new Uint32Array(capacity * 2)
    this.mask = capacity * 2 - 1
    for (let entry = 0; entry < this.count; entry++)
      this.place(high[entry] as number, low[entry] as number, entry)
  }
}

/**
 * Numbers entries 0, 1, 2 … in order of arrival and finds them by fingerprint. About 16 bytes an entry.
 * Lookups cost one probe a generation of 2²⁰ entries.
 */
export class FingerprintIndex {
  private generations: Generation[] = []
  private next = 0
  private firstSlots = FIRST_SLOTS

  /** @param horizon how many of the newest entries are kept at least */
  constructor(private readonly horizon: number) {}

  /** The ordinal that the next entry will get. */
  get nextOrdinal(): number {
    return this.next
  }

  /** The oldest ordinal that can still be found. */
  get firstOrdinal(): number {
    return this.generations[0]?.firstOrdinal ?? this.next
  }

  /** Makes room at once for entries that are about to be added, instead of growing step by step. */
  reserve(entries: number): void {
    while (this.firstSlots < FULL_SLOTS && this.firstSlots < 2 * entries) this.firstSlots *= 2
  }

  /** Adds an entry and returns its ordinal. */
  add(high: number, low: number): number {
    let generation = this.generations[this.generations.length - 1]
    if (!generation || generation.count === GENERATION_CAPACITY) {
      generation = new Generation(this.next, this.firstSlots)
      this.generations.push(generation)
    }
    generation.add(high, low)
    return this.next++
  }

  /** Ordinal of the newest entry with this fingerprint and an ordinal below `before`, or -1. */
  find(high: number, low: number, before: number = this.next): number {
    for (let i = this.generations.length - 1; i >= 0; i--) {
      const generation = this.generations[i] as Generation
      if (generation.firstOrdinal >= before) continue
      const entry = generation.find(high, low, before - generation.firstOrdinal)
      if (entry >= 0) return generation.firstOrdinal + entry
    }
    return -1
  }

  /** Forgets every entry from this ordinal on; they must be newer than the last `trim`. */
  truncate(nextOrdinal: number): void {
    for (let i = this.generations.length - 1; i >= 0; i--) {
      const generation = this.generations[i] as Generation
      if (generation.firstOrdinal < nextOrdinal) {
        generation.truncate(nextOrdinal - generation.firstOrdinal)
        break
      }
      this.generations.pop()
    }
    this.next = nextOrdinal
  }

  /** Drops whole generations beyond the horizon. */
  trim(): void {
    while (this.generations.length > 1) {
      const second = this.generations[1] as Generation
      if (this.next - second.firstOrdinal < this.horizon) return
      this.generations.shift()
    }
  }
}
