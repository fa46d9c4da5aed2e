import { describe, expect, it } from 'vitest'
import { type Gatherable, gatherGroups } from '@/lib/alert/gather-groups'
import { DIGEST_KEY, groupHoldMs, groupingOf, groupKeyOf } from '@/lib/alert/grouping'
import type { ChannelKind } from '@/lib/domain/channel'
import { MINUTE_MS, SECOND_MS } from '@/lib/domain/time'

const NOW = 1_000_000_000

/** `a+0!`: in group a, due now, critical. `b+40 over`: in group b, due in 40 s, an end. */
function rowsOf(words: readonly string[]): Gatherable[] {
  return words.map((word, index) => {
    const [, groupKey = '', seconds = '0', mark = '', over] = /^(\w+)([+-]\d+)(!?)( over)?$/.exec(word) ?? []
    return {
      id: index + 1,
      groupKey,
      type: over ? 'alert.resolved' : 'alert.firing',
      severity: mark === '!' ? 'critical' : 'warning',
      createdMs: NOW - 30 * SECOND_MS + index,
      dueMs: NOW + Number(seconds) * SECOND_MS,
    }
  })
}

/** `a: 1,2 · b: 3,4`, and what is held. */
function gathered(words: readonly string[], kind: ChannelKind = 'slack', lastDigestMs: number | null = null) {
  const grouping = groupingOf(kind)
  if (grouping === null) return 'no groups'
  const { groups, hold } = gatherGroups({ rows: rowsOf(words), grouping, lastDigestMs, nowMs: NOW })
  const told = groups.map(({ groupKey, memberIds }) => `${groupKey}: ${memberIds.join()}`)
  const held = hold === null ? [] : [`hold ${hold.ids.join()} for ${(hold.untilMs - NOW) / SECOND_MS} s`]
  return [...told, ...held].join(' · ')
}

type Row = [string, readonly string[], string]

describe('what leaves together', () => {
  it.each<Row>([
    ['nothing before the wait is over', ['a+1', 'a+2'], ''],
    ['a lone alert goes alone', ['a+0'], ''],
    ['a lone alert goes alone, whatever else waits in other groups', ['a+0', 'b+9', 'b+12'], ''],
    [
      'a group goes when its first is due, with all that follow within five minutes',
      ['a+0', 'a+20', 'a+290'],
      'a: 1,2,3',
    ],
    ['each group apart while there are few', ['a+0', 'a+0', 'b-5', 'b+3', 'c+0'], 'a: 1,2 · b: 3,4'],
    ['critical first within a group, what is over last', ['a+0 over', 'a+0', 'a+0!'], 'a: 3,1,2'],
    ['five groups are told apart', ['a+0', 'b+0', 'c+0', 'd+0', 'e+0'], ''],
    ['six are told in one digest', ['a+0', 'b+0', 'c+0', 'd+0', 'e+0', 'f+0'], `${DIGEST_KEY}: 1,2,3,4,5,6`],
    [
      'a digest takes what is still waiting for its half minute',
      ['a+0', 'b+5', 'c+10', 'd+15', 'e+20', 'f+29'],
      `${DIGEST_KEY}: 1,2,3,4,5,6`,
    ],
    [
      'groups that are due much later are none that wait at the same time',
      ['a+0', 'b+0', 'c+0', 'd+0', 'e+0', 'f+200'],
      '',
    ],
    [
      'a digest begins with the groups that hold something critical, then the largest',
      ['a+0', 'b+0', 'b+1', 'c+0!', 'd+0', 'e+0', 'f+0'],
      `${DIGEST_KEY}: 4,2,3,1,5,6,7`,
    ],
  ])('%s', (_name, words, expected) => {
    expect(gathered(words)).toBe(expected)
  })

  it('a second digest waits for five minutes after the first', () => {
    const words = ['a+0', 'b+0', 'c+0', 'd+0', 'e+0', 'f+9']
    expect(gathered(words, 'slack', NOW - MINUTE_MS)).toBe('hold 1,2,3,4,5 for 240 s')
    expect(gathered(words, 'slack', NOW - 5 * MINUTE_MS)).toBe(`${DIGEST_KEY}: 1,2,3,4,5,6`)
  })

  it('a second digest does not wait when there is something critical in it, unless that is over', () => {
    const words = ['a+0', 'b+0', 'c+0!', 'd+0', 'e+0', 'f+0']
    expect(gathered(words, 'slack', NOW - MINUTE_MS)).toBe(`${DIGEST_KEY}: 3,1,2,4,5,6`)
    const over = words.map((word) => `${word} over`)
    expect(gathered(over, 'slack', NOW - MINUTE_MS)).toMatch(/^hold/)
  })

  it('in as few messages as a channel takes', () => {
    const many = Array.from({ length: 100 }, () => 'a+0')
    const sizes = (kind: ChannelKind) =>
      gathered(many, kind)
        .split(' · ')
        .map((words) => words.split(',').length)
    expect(sizes('slack')).toEqual([100])
    expect(sizes('webhook')).toEqual([40, 40, 20])
    expect(sizes('alertmanager')).toEqual([50, 50])
  })

  it('an Alertmanager gets what is due, and nothing early', () => {
    expect(gathered(['a+0', 'a+0', 'a+1'], 'alertmanager')).toBe('a: 1,2')
  })
})

describe('the group of an alert', () => {
  const facts = { model: '7', version: '9', cause: 'input_drift', severity: 'warning', owner: 'risk team' }

  it.each<[string, ChannelKind, Parameters<typeof groupKeyOf>[2], string | null]>([
    ['is its model', 'slack', undefined, 'model=7'],
    ['is what its route says, in whatever order', 'email', ['cause', 'model'], 'model=7\ncause=input_drift'],
    ['is that of all alerts of the channel', 'teams', [], 'all'],
    ['is none where each is to be told alone', 'webhook', ['alert'], null],
    ['is none at PagerDuty, which groups by its own key', 'pagerduty', ['model'], null],
    ['is a request at Alertmanager, which groups by labels', 'alertmanager', ['model'], 'batch'],
  ])('%s', (_name, kind, by, expected) => {
    expect(groupKeyOf(kind, facts, by)).toBe(expected)
  })

  it.each<[string, number | null, number | null, 'warning' | 'critical', number | null]>([
    ['may speak when it was silent', null, null, 'warning', null],
    ['waits five minutes after it was told', NOW, null, 'warning', NOW + 5 * MINUTE_MS],
    ['does not wait with something critical after warnings', NOW, null, 'critical', null],
    [
      'waits with something critical after something critical',
      NOW,
      NOW - 5,
      'critical',
      NOW - 5 + 5 * MINUTE_MS,
    ],
  ])('%s', (_name, lastMs, lastCriticalMs, severity, expected) => {
    expect(groupHoldMs({ lastMs, lastCriticalMs }, severity, 5 * MINUTE_MS)).toBe(expected)
  })
})
