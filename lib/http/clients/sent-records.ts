/** Owns the records that the tests of real clients send: known ids, so that what is stored can be held against them. */

export const SENT = 10_000

/** Records `from` to `to` (not included) as JSON lines, each ending in a line feed. */
export function recordLines(from: number, to: number): string {
  let text = ''
  for (let index = from; index < to; index++) text += `${JSON.stringify(recordOf(index))}\n`
  return text
}

export function recordOf(index: number) {
  return {
    version: '1',
    prediction_id: `p${index}`,
    features: {
      amount: index % 97,
      country: ['DE', 'FR', 'JP'][index % 3],
      note: 'a "quoted" text\twith ümlaut',
    },
    prediction: index % 2 === 0 ? 'fraud' : 'fine',
    prediction_score: (index % 100) / 100,
    latency_ms: index % 40,
  }
}

/** What of the sent ids is missing, stored more than once, or was never sent. */
export function compareStored(stored: ReadonlyMap<string, number>, sent = SENT) {
  const expected = new Set(Array.from({ length: sent }, (_, index) => `p${index}`))
  return {
    missing: [...expected].filter((id) => !stored.has(id)).slice(0, 5),
    twice: [...stored].filter(([, count]) => count !== 1).slice(0, 5),
    strange: [...stored.keys()].filter((id) => !expected.has(id)).slice(0, 5),
    count: stored.size,
  }
}

export const EXACTLY_SENT = { missing: [], twice: [], strange: [], count: SENT }
