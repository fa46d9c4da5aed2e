import { randomBytes } from 'node:crypto'
import zlib from 'node:zlib'
import fc from 'fast-check'
import * as snappy from 'snappyjs'
import { describe, expect, it } from 'vitest'
import { crc32c } from '@/lib/http/crc32c'
import { decompress, type Encoding, readEncoding } from '@/lib/http/decompress'

const MIB = 1024 * 1024
const TEXT = Buffer.from(
  Array.from({ length: 3_000 }, (_, i) => `{"prediction_id":"p${i}","prediction":${i % 7}}`).join('\n'),
)

/** One chunk of Snappy's framing format. */
function frame(type: number, content: Uint8Array, of: Uint8Array): Buffer {
  const sum = crc32c(of)
  const head = Buffer.alloc(8)
  head[0] = type
  head.writeUIntLE(content.length + 4, 1, 3)
  head.writeUInt32LE((((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0, 4)
  return Buffer.concat([head, content])
}

const STREAM_ID = Buffer.from('ff060000734e61507059', 'hex')

function framed(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [STREAM_ID]
  for (let at = 0; at < bytes.length; at += 65_536) {
    const part = bytes.subarray(at, at + 65_536)
    chunks.push(at % 3 === 0 ? frame(0, snappy.compress(part), part) : frame(1, part, part))
  }
  return Buffer.concat([...chunks, Buffer.from([0xfe, 3, 0, 0, 1, 2, 3])])
}

const COMPRESS: Readonly<Record<string, [Exclude<Encoding, 'identity'>, (bytes: Buffer) => Buffer]>> = {
  gzip: ['gzip', (bytes) => zlib.gzipSync(bytes)],
  zlib: ['deflate', (bytes) => zlib.deflateSync(bytes)],
  'raw deflate': ['deflate', (bytes) => zlib.deflateRawSync(bytes)],
  br: ['br', (bytes) => zlib.brotliCompressSync(bytes)],
  'a snappy block': ['snappy', (bytes) => snappy.compress(bytes)],
  'snappy in frames': ['snappy', framed],
}

describe.each(Object.entries(COMPRESS))('%s', (_name, [encoding, compress]) => {
  const undo = (bytes: Buffer, maxBytes = 64 * MIB) => decompress(bytes, encoding, maxBytes)

  it('gives back what was compressed, of any size and kind', async () => {
    for (const bytes of [Buffer.from('x'), TEXT, randomBytes(100_000), Buffer.alloc(MIB / 2, 0x61)])
      expect((await undo(compress(bytes))).equals(bytes)).toBe(true)
  })

  it('is refused when it is cut off at any byte, and never taken for less', async () => {
    const whole = compress(TEXT.subarray(0, 1_000))
    for (let length = 1; length < whole.length; length++) {
      const outcome = await undo(whole.subarray(0, length)).then(
        (bytes) => bytes.equals(TEXT.subarray(0, bytes.length)) && bytes.length,
        (error: unknown) => error,
      )
      // Frames of snappy end where the stream ends: at their borders a shorter stream is a whole one.
      if (typeof outcome !== 'number')
        expect(outcome).toMatchObject({ details: { reason: 'bad_compression' } })
      else expect(_name).toBe('snappy in frames')
    }
  })

  it('is refused with anything behind it', async () => {
    const outcome = undo(Buffer.concat([compress(TEXT), Buffer.from([1, 2])]))
    await expect(outcome).rejects.toMatchObject({ code: 'invalid', details: { reason: 'bad_compression' } })
  })

  it('stops at the cap, whatever it would grow to', async () => {
    const bomb = compress(Buffer.alloc(4 * MIB, 0x20))
    let claimed = 0
    const outcome = decompress(bomb, encoding, MIB, (bytes) => {
      claimed += bytes
    })
    await expect(outcome).rejects.toMatchObject({ code: 'too_large', details: { limit: MIB } })
    expect(claimed).toBeLessThanOrEqual(MIB)
    expect((await undo(bomb, 4 * MIB)).length).toBe(4 * MIB)
  })

  it('ends with what its claim on memory throws', async () => {
    const outcome = decompress(compress(TEXT), encoding, MIB, () => {
      throw new Error('no room')
    })
    await expect(outcome).rejects.toThrow('no room')
  })

  it('takes no damaged bytes for our own fault', async () => {
    const whole = compress(TEXT.subarray(0, 600))
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const bytes = Buffer.from(whole)
        for (const [at, byte] of changes) bytes[at] = byte
        const outcome = await undo(bytes, MIB).catch((error: { code?: string }) => error.code)
        expect(outcome instanceof Buffer || outcome === 'invalid' || outcome === 'too_large').toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a snappy block', () => {
  it('that announces more than it can hold costs no memory', async () => {
    const announcing = (size: number) => {
      const varint = [size & 0x7f, (size >>> 7) & 0x7f, (size >>> 14) & 0x7f, size >>> 21]
      return Buffer.from([...varint.map((byte, i) => (i < 3 ? byte | 0x80 : byte)), 0x00, 0x61])
    }
    await expect(decompress(announcing(100 * MIB), 'snappy', 64 * MIB)).rejects.toMatchObject({
      code: 'too_large',
    })
    await expect(decompress(announcing(60 * MIB), 'snappy', 64 * MIB)).rejects.toMatchObject({
      details: { reason: 'bad_compression' },
    })
  })

  it('is told by the checksum of its frame when it was changed', async () => {
    const part = Buffer.from('{"prediction":1}')
    const bytes = Buffer.concat([STREAM_ID, frame(1, Buffer.from('{"prediction":7}'), part)])
    await expect(decompress(bytes, 'snappy', MIB)).rejects.toMatchObject({ code: 'invalid' })
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
  })
})

describe('readEncoding', () => {
  it.each([
    [null, 'identity'],
    ['', 'identity'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['zlib', 'deflate'],
    [' br ', 'br'],
    ['x-snappy-framed', 'snappy'],
  ])('reads %s as %s', (header, encoding) => {
    expect(readEncoding(header)).toBe(encoding)
  })

  it.each(['gzip, gzip', 'lz4', 'constructor', 'compress'])('does not offer %s', (header) => {
    expect(() => readEncoding(header)).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })
})
