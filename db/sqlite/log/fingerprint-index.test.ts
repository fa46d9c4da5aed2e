import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fingerprinter } from '@/db/sqlite/log/fingerprint'
import { FingerprintIndex, GENERATION_CAPACITY } from '@/db/sqlite/log/fingerprint-index'

describe('FingerprintIndex', () => {
  it('finds what a list would find, also after taking entries back', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ add: fc.nat({ max: 30 }) }) },
      { weight: 1, arbitrary: fc.record({ truncate: fc.nat({ max: 60 }) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const index = new FingerprintIndex(1_000)
        let model: number[] = []
        for (const one of steps) {
          if ('add' in one) {
            // Few different halves: many entries share a slot, some the whole fingerprint.
            expect(index.add(one.add % 3, one.add)).toBe(model.length)
            model.push(one.add)
          } else if (one.truncate <= model.length) {
            index.truncate(one.truncate)
            model = model.slice(0, one.truncate)
          }
        }
        for (let value = 0; value <= 30; value++) {
          expect(index.find(value % 3, value)).toBe(model.lastIndexOf(value))
          const before = Math.floor(model.length / 2)
          expect(index.find(value % 3, value, before)).toBe(model.slice(0, before).lastIndexOf(value))
        }
      }),
    )
  })

  it('keeps the newest entries over generations and forgets whole generations beyond the horizon', () => {
    const index = new FingerprintIndex(GENERATION_CAPACITY)
    const total = 2 * GENERATION_CAPACITY + 10
    for (let i = 0; i < total; i++) index.add(i >>> 3, i * 2654435761)
    expect(index.find(0, 0)).toBe(0)
    index.trim()
    expect(index.firstOrdinal).toBe(GENERATION_CAPACITY)
    expect(index.find(0, 0)).toBe(-1)
    for (const i of [GENERATION_CAPACITY, total - 1])
      expect(index.find(i >>> 3, (i * 2654435761) >>> 0)).toBe(i)
    index.truncate(2 * GENERATION_CAPACITY - 5)
    expect(index.nextOrdinal).toBe(2 * GENERATION_CAPACITY - 5)
    expect(index.find((total - 1) >>> 3, ((total - 1) * 2654435761) >>> 0)).toBe(-1)
    const last = 2 * GENERATION_CAPACITY - 6
    expect(index.find(last >>> 3, (last * 2654435761) >>> 0)).toBe(last)
  })
})

describe('Fingerprinter', () => {
  const fingerprint = (prefix: string, text: string) => {
    const fingerprinter = new Fingerprinter(prefix)
    fingerprinter.compute(text)
    return `${fingerprinter.high}/${fingerprinter.low}`
  }

  it('tells 200,000 similar ids apart', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 100_000; i++) seen.add(fingerprint('m', `req-${i}`)).add(fingerprint('m', `${i}`))
    expect(seen.size).toBe(200_000)
  })

  it('depends on where the prefix ends and on every character', () => {
    const all = [
      ['ab', 'c'],
      ['a', 'bc'],
      ['', 'abc'],
      ['abc', ''],
      ['a', 'cb'],
      ['a', '\u0162c'],
      ['a', '\u6200c'],
    ] as const
    expect(new Set(all.map(([prefix, text]) => fingerprint(prefix, text))).size).toBe(all.length)
  })

  it('never changes: it is stored', () => {
    expect(fingerprint('fraud', 'a1b2-c3')).toBe(FROZEN)
  })
})

/** Computed once; partitions on disk hold fingerprints like it. */
const FROZEN = '1204506144/3499737085'
