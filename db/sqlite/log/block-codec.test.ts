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
    expect(text.chars).toBeGreaterThan(0)
  })
})
