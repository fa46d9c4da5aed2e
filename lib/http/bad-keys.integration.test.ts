/** Sends keys that were chosen to fall on one another in tables, and compares the work with that for ordinary ones. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'

const KEYS = 50_000
const A_RECORD = 1_000
const ROUNDS = 3

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

function bodyOf(keys: readonly string[]): string {
  const records: string[] = []
  for (let at = 0; at < keys.length; at += A_RECORD) {
    const features = keys.slice(at, at + A_RECORD).map((key) => `${JSON.stringify(key)}:1`)
    records.push(`{"prediction_id":"r${at}","features":{${features.join(',')}}}`)
  }
  return records.join('\n')
}

let models = 0
async function cpuMsOf(body: string): Promise<number> {
  const before = process.cpuUsage()
  const answer = await api.fetch(`/api/v1/ingest/keys${models++}`, { method: 'POST', body })
  const { user, system } = process.cpuUsage(before)
  expect(await answer.json()).toMatchObject({ errors_truncated: true })
  return (user + system) / 1_000
}

const list = (key: (i: number) => string) => Array.from({ length: KEYS }, (_, i) => key(i))
/** 32768 numbers below 2^32 share their last 17 bits; then come those that share them with the next number. */
const sharedBits = (i: number) => ((i % 32_768) * 131_072 + 12_345 + Math.floor(i / 32_768)) >>> 0

/** Before March 2026 V8 placed such numbers without a seed: nothing of ours runs before JSON.parse does. */
const isEngineSafe = parseMs(sharedBits) < 10 * parseMs((i) => 1e9 + i * 7_919)

function parseMs(key: (i: number) => number): number {
  const text = `{${Array.from({ length: 10_000 }, (_, i) => `"${key(i)}":1`).join(',')}}`
  const before = process.cpuUsage()
  JSON.parse(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

describe.runIf(isEngineSafe)('keys that were chosen to collide (row 149)', () => {
  it.each([
    [
      'numbers that share their last bits',
      list((i) => String(sharedBits(i))),
      list((i) => String(1e9 + i * 7_919)),
    ],
    [
      'texts that differ in the middle only',
      list((i) => `${'a'.repeat(60)}${i}${'z'.repeat(60)}`),
      list((i) => `${i * 7_919}${'b'.repeat(120)}`),
    ],
    [
      'texts of the same letters in another order',
      list((i) =>
        i
          .toString(2)
          .padStart(17, '0')
          .replace(/./g, (bit) => (bit === '0' ? 'Aa' : 'BB')),
      ),
      list((i) => `feature_of_a_model_with_number_${i}`),
    ],
  ])(
    'cost no more than twice the ordinary: %s',
    async (_what, chosen, ordinary) => {
      expect(new Set(chosen).size).toBe(KEYS)
      const times = { chosen: [] as number[], ordinary: [] as number[] }
      for (let round = 0; round < ROUNDS; round++) {
        times.ordinary.push(await cpuMsOf(bodyOf(ordinary)))
        times.chosen.push(await cpuMsOf(bodyOf(chosen)))
      }
      expect(Math.min(...times.chosen)).toBeLessThan(2 * Math.min(...times.ordinary))
    },
    30_000,
  )
})
