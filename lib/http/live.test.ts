import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

/** What a stream says at once, and the position that it names last. */
async function firstWords(query: string, headers: Record<string, string> = {}) {
  const gone = new AbortController()
  const response = await api.fetch(`/api/v1/live${query}`, { signal: gone.signal, headers })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const text = (await reader?.read())?.value ?? ''
  gone.abort()
  const kinds = [...text.matchAll(/^event: (\w+)$/gm)].map(([, kind]) => kind)
  return { kinds, position: /^id: (\S+)$/m.exec(text)?.[1] ?? '' }
}

const EVERYTHING = ['records', 'evaluations', 'alerts', 'models']

describe('a page that opens its stream', () => {
  it('is told at once what changed since it was rendered, and nothing when nothing did', async () => {
    const rendered = api.app.events.position()
    expect((await firstWords(`?since=${rendered}`)).kinds).toEqual([])
    api.app.events.publish({ type: 'alerts', model: null })
    api.app.events.publish({ type: 'alerts', model: null })
    const { kinds, position } = await firstWords(`?since=${rendered}`)
    expect(kinds).toEqual(['alerts'])
    // What it names then is newer: it is told once, not again and again.
    expect((await firstWords(`?since=${position}`)).kinds).toEqual([])
  })

  it('and comes back after a break is told what changed since it last heard, whatever its address says', async () => {
    const rendered = api.app.events.position()
    api.app.events.publish({ type: 'records', model: null })
    const heard = api.app.events.position()
    expect((await firstWords(`?since=${rendered}`, { 'last-event-id': heard })).kinds).toEqual([])
    api.app.events.publish({ type: 'models', model: null })
    expect((await firstWords(`?since=${rendered}`, { 'last-event-id': heard })).kinds).toEqual(['models'])
  })

  it('is told once that anything may have changed when its position is of a server before this one', async () => {
    const { kinds, position } = await firstWords('?since=0123456789ab-17')
    expect(kinds).toEqual(EVERYTHING)
    expect((await firstWords(`?since=${position}`)).kinds).toEqual([])
    expect((await firstWords('?since=')).kinds).toEqual(EVERYTHING)
    expect((await firstWords('', { 'last-event-id': 'none of ours' })).kinds).toEqual(EVERYTHING)
  })

  it('and says nothing of what it knows hears of later changes alone', async () => {
    api.app.events.publish({ type: 'alerts', model: null })
    expect((await firstWords('')).kinds).toEqual([])
  })
})
