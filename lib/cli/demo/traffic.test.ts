import { describe, expect, it } from 'vitest'
import { storyOf } from '@/lib/cli/demo/story'
import { decisionsOf, referenceCsv } from '@/lib/cli/demo/traffic'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'

const NOW_MS = Date.UTC(2026, 10, 21, 12, 34)
const STORY = storyOf(NOW_MS)

interface SentRecord {
  prediction_id: string
  model_version: string
  latency_ms: number
  features: Record<string, number | string | null>
}

function hoursFrom(startMs: number, hours: number): SentRecord[] {
  return Array.from({ length: hours }, (_, n) => decisionsOf(7, STORY, 300, startMs + n * HOUR_MS))
    .flat()
    .map(({ line }) => JSON.parse(line))
}

function mean(records: readonly SentRecord[], name: string): number {
  const values = records.map(({ features }) => features[name]).filter((value) => typeof value === 'number')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function share(records: readonly SentRecord[], test: (record: SentRecord) => boolean): number {
  return records.filter(test).length / records.length
}

const quiet = hoursFrom(STORY.startMs, 24)

describe('the demo’s world', () => {
  it('is the same for a seed and a day, whatever the minute', () => {
    const later = storyOf(NOW_MS + 3 * HOUR_MS)
    const hourMs = STORY.startMs + 30 * HOUR_MS
    expect(decisionsOf(7, later, 300, hourMs)).toEqual(decisionsOf(7, STORY, 300, hourMs))
    expect(decisionsOf(8, STORY, 300, hourMs)).not.toEqual(decisionsOf(7, STORY, 300, hourMs))
    expect(referenceCsv(7, STORY, 50)).toBe(referenceCsv(7, later, 50))
  })

  it('gives every decision its own id, in order of time', () => {
    expect(new Set(quiet.map(({ prediction_id }) => prediction_id)).size).toBe(quiet.length)
    const times = decisionsOf(7, STORY, 300, STORY.startMs).map(({ atMs }) => atMs)
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('is busier by day than by night and quieter at weekends', () => {
    const day = decisionsOf(7, STORY, 300, STORY.startMs + 2 * DAY_MS + 14 * HOUR_MS).length
    const night = decisionsOf(7, STORY, 300, STORY.startMs + 2 * DAY_MS + 2 * HOUR_MS).length
    expect(day).toBeGreaterThan(2 * night)
    expect(hoursFrom(STORY.startMs + DAY_MS, 24).length).toBeLessThan(
      0.8 * hoursFrom(STORY.startMs + 2 * DAY_MS, 24).length,
    )
  })

  it('plants what it says', () => {
    expect(mean(hoursFrom(STORY.unitChange.startMs, 24), 'income') / mean(quiet, 'income')).toBeCloseTo(
      100,
      -1,
    )
    expect(mean(hoursFrom(STORY.unitChange.endMs, 24), 'income') / mean(quiet, 'income')).toBeCloseTo(1, 1)
    const isMissing = ({ features }: SentRecord) => features.employment_years === null
    expect(share(hoursFrom(STORY.nullSurge.startMs, 6), isMissing)).toBeCloseTo(0.45, 1)
    expect(share(quiet, isMissing)).toBeLessThan(0.03)
    expect(
      mean(quiet, 'credit_score') - mean(hoursFrom(STORY.ramp.endMs, 24), 'credit_score'),
    ).toBeGreaterThan(60)
    const isCrypto = ({ features }: SentRecord) => features.purpose === 'crypto_assets'
    expect(share(hoursFrom(STORY.newCategoryMs, 24), isCrypto)).toBeCloseTo(0.09, 1)
    expect(share(hoursFrom(STORY.newCategoryMs - DAY_MS, 24), isCrypto)).toBe(0)
    const after = hoursFrom(STORY.switchMs, 6)
    expect(new Set(after.map(({ model_version }) => model_version))).toEqual(new Set(['v2']))
    const meanLatency = (records: readonly SentRecord[]) =>
      records.reduce((sum, record) => sum + record.latency_ms, 0) / records.length
    expect(meanLatency(after) / meanLatency(quiet)).toBeCloseTo(1.8, 1)
  })

  it('labels seven in ten decisions two to four days later', () => {
    const decisions = decisionsOf(7, STORY, 3_000, STORY.startMs + 12 * HOUR_MS)
    const labels = decisions.flatMap(({ label, atMs }) => (label ? [label.atMs - atMs] : []))
    expect(labels.length / decisions.length).toBeCloseTo(0.7, 1)
    expect(Math.min(...labels)).toBeGreaterThanOrEqual(2 * DAY_MS)
    expect(Math.max(...labels)).toBeLessThanOrEqual(4 * DAY_MS)
  })

  it('has a reference with the same columns as the traffic, from before the story', () => {
    const [header = '', ...lines] = referenceCsv(7, STORY, 200).trim().split('\n')
    const names = header.split(',')
    for (const name of Object.keys(quiet[0]?.features ?? {})) expect(names).toContain(name)
    expect(lines).toHaveLength(200)
    expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([names.length]))
    expect(Date.parse(lines.at(-1)?.split(',')[0] ?? '')).toBeLessThan(STORY.startMs)
  })
})
