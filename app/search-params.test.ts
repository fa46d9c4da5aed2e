import { describe, expect, it } from 'vitest'
import { parseSearch, scopeQuery } from '@/app/search-params'

const parse = (raw: Record<string, string | string[]>) => parseSearch(Promise.resolve(raw))

describe('the state in the address', () => {
  it('is read once and written back the same', async () => {
    const search = await parse({ range: '7d', version: '2026-11', tz: 'utc', window: '1763650800000' })
    expect(search).toMatchObject({ range: '7d', version: '2026-11', tz: 'utc', window: 1_763_650_800_000 })
    expect(scopeQuery(search)).toMatchObject({ range: '7d', version: '2026-11', tz: 'utc' })
  })

  it('takes local date inputs as UTC, and RFC 3339 as it stands', async () => {
    expect((await parse({ from: '2026-11-20T14:00' })).from).toBe(Date.UTC(2026, 10, 20, 14))
    expect((await parse({ from: '2026-11-20T14:00:00+02:00' })).from).toBe(Date.UTC(2026, 10, 20, 12))
  })

  it.each([
    [{ range: 'forever' }],
    [{ window: 'NaN' }],
    [{ window: '-1' }],
    [{ from: 'yesterday' }],
    [{ tz: 'mars' }],
    [{ version: '' }],
  ])('counts %j as absent', async (raw) => {
    const search = await parse(raw)
    for (const name of Object.keys(raw)) expect(search[name as keyof typeof search]).toBeNull()
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'never sends anybody to %s after signing in',
    async (next) => {
      expect((await parse({ next })).next).toBeNull()
    },
  )

  it('keeps a path of our own for after signing in', async () => {
    expect((await parse({ next: '/alerts/7?tz=utc' })).next).toBe('/alerts/7?tz=utc')
  })
})
