import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompressZstd } from '@/lib/http/zstd/decompress'
import { Xxh64 } from '@/lib/http/zstd/xxh64'

const MIB = 1024 * 1024
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.zst`, import.meta.url))

/** What the fixtures hold, made by the reference implementation (zstd 1.5). */
const TEXT = Array.from({ length: 2_500 }, (_, i) =>
  JSON.stringify({
    prediction_id: `p${i}`,
    amount: ((i * 7_919) % 10_007) / 8,
    region: ['EU', 'US', 'APAC'][(i * i) % 3],
    prediction: i % 7 === 0 ? 'decline' : 'approve',
  }),
).join('\n')

const undo = (bytes: Buffer, maxBytes = 4 * MIB) => decompressZstd(bytes, maxBytes, () => {})

/** A block by hand: 0 raw, 1 a run of one byte, 2 compressed. */
function block(type: number, size: number, content: Uint8Array, isLast: boolean): Buffer {
  const head = Buffer.alloc(3)
  head.writeUIntLE((size << 3) | (type << 1) | Number(isLast), 0, 3)
  return Buffer.concat([head, content])
}

/** A frame of these blocks that does not say how much it holds. */
const frame = (...blocks: Buffer[]) => Buffer.concat([Buffer.from('28b52ffd0058', 'hex'), ...blocks])
const run = (size: number, isLast: boolean) => block(1, size, Buffer.from(' '), isLast)

describe('decompressZstd', () => {
  it.each(['level-3', 'level-19', 'stream-level-1'])(
    'undoes what the reference implementation made: %s',
    async (name) => {
      expect((await undo(fixture(name))).toString()).toBe(TEXT)
    },
  )

  it('takes one frame after another, and skips what is marked as no content', async () => {
    const skipped = Buffer.from('502a4d18030000000102035a2a4d1800000000', 'hex')
    const bytes = Buffer.concat([skipped, fixture('short'), skipped, fixture('short')])
    expect((await undo(bytes)).toString()).toBe(TEXT.slice(0, 700).repeat(2))
  })

  it('refuses a stream that is cut off at any byte', async () => {
    const whole = fixture('short')
    for (let length = 1; length < whole.length; length++)
      await expect(undo(whole.subarray(0, length))).rejects.toThrow(/cut off|damaged/)
  })

  it('stops at the cap, and claims memory before it is made', async () => {
    const bomb = frame(...Array.from({ length: 400 }, (_, i) => run(128 * 1024, i === 399)))
    const claims: number[] = []
    const outcome = decompressZstd(bomb, 2 * MIB, (bytes) => void claims.push(bytes))
    await expect(outcome).rejects.toMatchObject({ code: 'too_large', details: { limit: 2 * MIB } })
    expect(claims.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(2 * MIB)
    expect((await undo(bomb, 64 * MIB)).length).toBe(50 * MIB)
  })

  it('refuses a frame that announces more than the cap, unread', async () => {
    const announcing = Buffer.from('28b52ffda000001010', 'hex')
    await expect(undo(announcing)).rejects.toMatchObject({ code: 'too_large' })
  })

  it.each([
    ['a dictionary', '28b52ffd2101010000'],
    ['a reserved bit', '28b52ffd2801090000'],
    ['another magic number', '28b52ffe2001090000'],
    ['a block of the type that does not exist', '28b52ffd00580f000041'],
    ['a block above 128 KiB', '28b52ffd0058030020'],
    ['another size than it says', '28b52ffd20050900004141'],
    ['a distance beyond its beginning', '28b52ffd00584500000841410100020000'],
  ])('refuses a stream with %s', async (_what, hex) => {
    await expect(undo(Buffer.from(hex, 'hex'))).rejects.toThrow(/damaged|cut off|dictionary/)
  })

  it('does not spend long on many blocks that hold little', async () => {
    const small = block(2, 2, Buffer.from([0, 0]), false)
    const bytes = frame(...Array.from({ length: 70_000 }, () => small), run(1, true))
    await expect(undo(bytes)).rejects.toThrow('too many small blocks')
  })

  it('refuses content that is not what its checksum tells', async () => {
    // Stored as it is, by the reference implementation.
    const head = Buffer.from('28b52ffd0458810000', 'hex')
    const framed = (text: string, sum: string) =>
      Buffer.concat([head, Buffer.from(text), Buffer.from(sum, 'hex')])
    const text = '{"prediction":1}'
    expect((await undo(framed(text, 'd915a6d1'))).toString()).toBe(text)
    for (const [changed, sum] of [
      ['{"prediction":7}', 'd915a6d1'],
      [text, 'd915a6d0'],
      [text, '00000000'],
    ] as const)
      await expect(undo(framed(changed, sum))).rejects.toThrow('damaged')
    await expect(undo(framed(text, 'd915'))).rejects.toThrow('cut off')
  })

  it('holds every frame against its own checksum', async () => {
    const whole = fixture('short')
    const changed = Buffer.from(whole)
    changed.writeUInt8((whole.at(-1) ?? 0) ^ 1, whole.length - 1)
    await expect(undo(Buffer.concat([whole, changed]))).rejects.toThrow('damaged')
    await expect(undo(Buffer.concat([changed, whole]))).rejects.toThrow('damaged')
  })

  it('does not spend long on many frames that hold little', async () => {
    const sum = new Xxh64(0).finish(Buffer.alloc(0), 0) & 0xffffffffn
    const empty = Buffer.concat([Buffer.from('28b52ffd0458010000', 'hex'), Buffer.alloc(4)])
    empty.writeUInt32LE(Number(sum), 9)
    expect((await undo(Buffer.concat(Array.from({ length: 1_000 }, () => empty)))).length).toBe(0)
    const many = Buffer.concat(Array.from({ length: 70_000 }, () => empty))
    await expect(undo(many)).rejects.toThrow('too many small blocks')
  })

  it('ends on any damage, in bounded time, with the right bytes or a plain refusal', async () => {
    const whole = fixture('level-19').subarray(0)
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        const outcome = await undo(bytes, MIB).catch((error: Error) => error)
        if (outcome instanceof Error)
          expect(outcome.message).toMatch(/damaged|cut off|small blocks|larger|dictionary/)
        else expect(outcome.toString()).toBe(TEXT)
      }),
      { numRuns: 200 },
    )
  }, 20_000)
})
