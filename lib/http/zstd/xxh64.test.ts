import { describe, expect, it } from 'vitest'
import { Xxh64 } from '@/lib/http/zstd/xxh64'

/** The bytes of the reference implementation's own test of itself (xxHash, tests/sanity_test.c). */
function sanityBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 2654435761n
  for (let i = 0; i < length; i++) {
    bytes[i] = Number(state >> 56n)
    state = BigInt.asUintN(64, state * 11400714785074694797n)
  }
  return bytes
}

function hashOf(bytes: Buffer, step = bytes.length): string {
  const hash = new Xxh64(0)
  for (let end = step; end < bytes.length; end += step) hash.take(bytes, end)
  return hash.finish(bytes, bytes.length).toString(16).padStart(16, '0')
}

describe('Xxh64', () => {
  it.each([
    ['', 'ef46db3751d8e999'],
    ['a', 'd24ec4f1a98c6e5b'],
    ['abc', '44bc2cf5ad770999'],
    ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
  ])('gives the published value of %j', (text, hash) => {
    expect(hashOf(Buffer.from(text))).toBe(hash)
  })

  it.each([
    [1, 'e934a84adb052768'],
    [14, '8282dcc4994e35c8'],
    [222, 'b641ae8cb691c174'],
  ])('gives the value that the reference implementation expects of itself for %i bytes', (length, hash) => {
    expect(hashOf(sanityBytes(length))).toBe(hash)
  })

  it('gives the same in whatever parts the bytes come, at whatever place they stand', () => {
    const bytes = sanityBytes(1_000)
    const whole = hashOf(bytes)
    for (const step of [1, 7, 31, 32, 33, 500]) expect(hashOf(bytes, step)).toBe(whole)
    const moved = Buffer.concat([Buffer.alloc(13, 9), bytes])
    const hash = new Xxh64(13)
    hash.take(moved, 100)
    expect(hash.finish(moved, moved.length).toString(16).padStart(16, '0')).toBe(whole)
  })
})
