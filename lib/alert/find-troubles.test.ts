import { describe, expect, it } from 'vitest'
import { findTroubles, type SelfFacts } from '@/lib/alert/find-troubles'
import { hearShipper, type ShipperMemory, silentFor } from '@/lib/alert/hear-shipper'
import type { Channel, ChannelHealth, ChannelQueue } from '@/lib/domain/channel'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

const NOW_MS = Date.UTC(2026, 10, 17, 12)
const GIB = 2 ** 30

function channel(health: Partial<ChannelHealth>, enabled = true): Channel {
  const rest = {
    lastSuccessMs: null,
    lastFailureMs: NOW_MS,
    failuresInRow: 0,
    lastError: null,
    delivered: 0,
    failed: 0,
  }
  return {
    id: 1,
    name: 'pager',
    kind: 'webhook',
    enabled,
    createdMs: 0,
    host: 'h',
    settings: {},
    health: { ...rest, ...health },
  }
}

const queue = (oldestFailedMs: number | null): ChannelQueue => ({
  channelId: 1,
  waiting: 2,
  nextTryMs: NOW_MS,
  oldestFailedMs,
})

const facts = (change: Partial<SelfFacts>): SelfFacts => ({
  nowMs: NOW_MS,
  upSinceMs: 0,
  lagSeenMs: null,
  channels: [],
  queues: [],
  dueSinceMs: null,
  failing: {},
  room: null,
  shippers: [],
  open: [],
  ...change,
})

describe('trouble of Plumbline itself', () => {
  const failing = { failuresInRow: 3, lastError: 'http_500' }
  const stuck = queue(NOW_MS - 15 * MINUTE_MS)
  const open = [{ kind: 'storage_nearly_full' as const, subject: '' }]
  it.each<[string, Partial<SelfFacts>, string[]]>([
    ['none', { channels: [channel({})] }, []],
    [
      'a channel that failed a moment ago',
      { channels: [channel(failing)], queues: [queue(NOW_MS - MINUTE_MS)] },
      [],
    ],
    [
      'a channel that has failed for long',
      { channels: [channel(failing)], queues: [stuck] },
      ['undeliverable'],
    ],
    ['a channel that gave a message up', { channels: [channel(failing)] }, ['undeliverable']],
    ['a channel that works again', { channels: [channel({ delivered: 1 })], queues: [stuck] }, []],
    ['a channel that somebody switched off', { channels: [channel(failing, false)], queues: [stuck] }, []],
    [
      'a channel that is gone',
      { channels: [channel({ failuresInRow: 1, lastError: 'gone' }, false)] },
      ['undeliverable'],
    ],
    [
      'a channel that has been gone for long',
      {
        channels: [
          channel({ failuresInRow: 1, lastError: 'gone', lastFailureMs: NOW_MS - 4 * DAY_MS }, false),
        ],
      },
      [],
    ],
    [
      'a channel whose test failed',
      { channels: [channel({ lastError: 'http_500', lastFailureMs: NOW_MS })] },
      [],
    ],
    [
      'a channel that somebody switched off, and a test of which met that it is gone',
      { channels: [channel({ lastError: 'gone', lastFailureMs: NOW_MS }, false)] },
      [],
    ],
    ['a window that has just become due', { dueSinceMs: NOW_MS - 5 * MINUTE_MS }, []],
    [
      'a window that has waited',
      { dueSinceMs: NOW_MS - HOUR_MS, lagSeenMs: NOW_MS - MINUTE_MS },
      ['evaluator_lag'],
    ],
    [
      'a window that waited while nothing ran, a moment after the start',
      { dueSinceMs: NOW_MS - HOUR_MS, lagSeenMs: NOW_MS - 15_000 },
      [],
    ],
    [
      'a window that waits although the worker has just started, as it did before',
      { dueSinceMs: NOW_MS - HOUR_MS, lagSeenMs: NOW_MS - 5 * MINUTE_MS, upSinceMs: NOW_MS - 1_000 },
      ['evaluator_lag'],
    ],
    [
      'a lag that was told of and is still there',
      { dueSinceMs: NOW_MS - HOUR_MS, lagSeenMs: NOW_MS, open: [{ kind: 'evaluator_lag', subject: '' }] },
      ['evaluator_lag'],
    ],
    ['a disk with room', { room: { freeBytes: 50 * GIB, totalBytes: 100 * GIB } }, []],
    ['a disk nearly full', { room: { freeBytes: 4 * GIB, totalBytes: 100 * GIB } }, ['storage_nearly_full']],
    [
      'a disk with a little more again',
      { room: { freeBytes: 5.5 * GIB, totalBytes: 100 * GIB }, open },
      ['storage_nearly_full'],
    ],
    ['a disk with enough again', { room: { freeBytes: 6.1 * GIB, totalBytes: 100 * GIB }, open }, []],
    ['a small disk that is half empty', { room: { freeBytes: 0.6 * GIB, totalBytes: GIB } }, []],
  ])('%s', (_name, change, expected) => {
    expect(findTroubles(facts(change)).map(({ kind }) => kind)).toEqual(expected)
  })

  it('says what to know in whole sentences', () => {
    const [trouble] = findTroubles(facts({ channels: [channel(failing)], queues: [stuck] }))
    expect(trouble).toMatchObject({
      title: 'messages to pager do not arrive',
      text: 'Nothing has ever arrived at pager; 2 messages wait. The last answer was: http 500. Its test button (Channels) shows what the receiver says now.',
    })
  })
})

describe('the rhythm of a shipper', () => {
  /** Uses every `everyMs` for two days. */
  function steady(everyMs: number): ShipperMemory {
    let memory: ShipperMemory | null = null
    for (let ms = 0; ms <= 2 * DAY_MS; ms += everyMs) memory = hearShipper(memory, ms, 0)
    if (!memory) throw new Error('no use')
    return memory
  }
  it.each<[string, ShipperMemory, number, boolean]>([
    ['every minute, quiet for ten', steady(MINUTE_MS), 10 * MINUTE_MS, false],
    ['every minute, quiet for fifteen', steady(MINUTE_MS), 15 * MINUTE_MS, true],
    ['every hour, quiet for two', steady(HOUR_MS), 2 * HOUR_MS, false],
    ['every hour, quiet for three', steady(HOUR_MS), 3 * HOUR_MS, true],
    ['once a day: too few to know', steady(DAY_MS), 9 * DAY_MS, false],
    ['gone for three weeks', steady(HOUR_MS), 21 * DAY_MS, false],
  ])('%s', (_name, memory, quietMs, expected) => {
    expect(silentFor(memory, memory.lastMs + quietMs, 0) !== null).toBe(expected)
  })

  it('is not theirs while we were down', () => {
    const memory = steady(MINUTE_MS)
    const upMs = memory.lastMs + DAY_MS
    expect(silentFor(memory, upMs + MINUTE_MS, upMs)).toBeNull()
    expect(hearShipper(memory, upMs + MINUTE_MS, upMs).longestGapMs).toBe(MINUTE_MS)
    expect(silentFor(memory, upMs + 15 * MINUTE_MS, upMs)).toBe(15 * MINUTE_MS)
  })

  it('is not confused by a clock that was set back', () => {
    const memory = steady(MINUTE_MS)
    expect(hearShipper(memory, 5, 0)).toEqual(memory)
  })
})
