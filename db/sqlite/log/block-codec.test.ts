import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockText, decodeBlock, encodeBlock, pickRecords } from '@/db/sqlite/log/block-codec'

/** Text made of the pieces that could be taken for the border of a record. */
const hostileText = fc
  .array(fc.constantFrom('},{"', '}', '{', ',', '"', '\\', 'id', ':', 'é', '雪', '\n', '\u2028'), {
    maxLength: 8,
  })
  .map((pieces) => pieces.join(''))

const anyRecord = fc.record({
  id: hostileText,
  at: fc.integer(),
  f: fc.dictionary(
    hostileText,
    fc.oneof(hostileText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
  ),
  p: hostileText,
  t: fc.dictionary(hostileText, hostileText),
})

describe('blocks', () => {
  it('give back every record, and any of them alone, whatever its texts hold', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat({ max: 9 })),
        (records, wanted) => {
          const body = encodeBlock(records)
          const texts = records.map((record) => JSON.stringify(record))
          expect(decodeBlock(body)).toEqual(texts.map((text) => JSON.parse(text)))
          const indexes = [...new Set(wanted)].sort((a, b) => a - b)
          const picked = pickRecords(body, indexes)
          for (const index of indexes) expect(picked.get(index)).toBe(texts[index])
        },
      ),
    )
  })

  it('are the same text whether built at once or record by record', () => {
    const records = Array.from({ length: 250 }, (_, i) => ({ id: `r${i}`, at: i, f: {} }))
    const text = new BlockText()
    for (const record of records) text.add(record)
    expect(text.encode()).toEqual(encodeBlock(records))
    expect(text.length).toBeGreaterThan(0)
  })

  it('hold features as their text came, among records whose text is not known', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyRecord, fc.constantFrom(null, 0, 1)), { minLength: 1, maxLength: 250 }),
        (entries) => {
          const text = new BlockText()
          for (const [record, indent] of entries)
            text.add(record, indent === null ? undefined : JSON.stringify(record.f, null, indent))
          const body = text.encode()
          const expected = entries.map(([record]) => JSON.parse(JSON.stringify(record)))
          expect(decodeBlock(body)).toEqual(expected)
          const picked = pickRecords(
            body,
            entries.map((_, i) => i),
          )
          for (const [i, record] of expected.entries())
            expect(JSON.parse(picked.get(i) ?? '')).toEqual(record)
        },
      ),
      { numRuns: 50 },
    )
  })
})
