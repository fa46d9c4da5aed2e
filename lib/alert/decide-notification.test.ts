import { describe, expect, it } from 'vitest'
import type { NotifyBecause } from '@/lib/alert/advance-input'
import { decideDelivery } from '@/lib/alert/decide-delivery'
import { decideNotification, readHistory } from '@/lib/alert/decide-notification'
import { aMessage, anAlert } from '@/lib/alert/testing'
import type { Alert, Notification } from '@/lib/domain/alert'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'

const NOW = 1_000_000_000

const sentFiring = aMessage({ id: 1, state: 'sent', createdMs: NOW - HOUR_MS, sentMs: NOW - HOUR_MS })
const freshFiring = { ...sentFiring, sentMs: NOW - MINUTE_MS, createdMs: NOW - MINUTE_MS }
const sentResolved = aMessage({
  id: 2,
  type: 'alert.resolved',
  state: 'sent',
  createdMs: NOW - MINUTE_MS,
  sentMs: NOW - MINUTE_MS,
})
const waitingFiring = aMessage({ id: 3, state: 'waiting', createdMs: NOW - 10, dueMs: NOW + 20_000 })
const retriedFiring = aMessage({
  id: 3,
  state: 'waiting',
  createdMs: NOW - HOUR_MS,
  dueMs: NOW + 20_000,
  attempts: 4,
})

/** Stored by a clock that was set back since. */
const ahead = (byMs: number) => ({ createdMs: NOW + byMs, sentMs: NOW + byMs })

type Row = [string, Partial<Alert>, NotifyBecause, Notification[], string]

describe('deciding to notify', () => {
  it.each<Row>([
    ['a fresh alert waits half a minute for company', {}, 'fired', [], 'alert.firing +30s first_message'],
    ['a historical alert never speaks', { historical: true }, 'fired', [], 'historical'],
    ['an explained alert is held', { inhibitedBy: 9 }, 'fired', [], 'inhibited'],
    ['a silenced alert is held', { silencedUntilMs: NOW + 1 }, 'fired', [], 'silenced'],
    [
      'an ended silence holds nothing',
      { silencedUntilMs: NOW },
      'fired',
      [],
      'alert.firing +30s first_message',
    ],
    [
      'a new member is told five minutes after the last message',
      {},
      'member_joined',
      [freshFiring],
      'alert.updated +240s update',
    ],
    [
      'a new member long after is told with the usual wait',
      {},
      'member_joined',
      [sentFiring],
      'alert.updated +30s update',
    ],
    [
      'a member that joins before the first message rides along',
      {},
      'member_joined',
      [waitingFiring],
      'already_waiting',
    ],
    [
      'a member that joins an alert nobody was told of starts with a firing message',
      {},
      'member_joined',
      [],
      'alert.firing +30s first_message',
    ],
    [
      'an acknowledged alert keeps small news to itself',
      { acknowledgedBy: 'ada' },
      'member_joined',
      [sentFiring],
      'acknowledged',
    ],
    [
      'an acknowledged alert still says that it grew worse',
      { acknowledgedBy: 'ada' },
      'upgraded',
      [sentFiring],
      'alert.updated +30s update',
    ],
    ['nothing is told twice after a restart', {}, 'fired', [sentFiring], 'already_told'],
    [
      'an explanation that ends says nothing new to who was told before',
      {},
      'uninhibited',
      [sentFiring],
      'already_told',
    ],
    ['an explanation that ends tells who was not', {}, 'uninhibited', [], 'alert.firing +30s first_message'],
    ['a warning is not repeated within a day', {}, 'repeat', [sentFiring], 'not_yet'],
    [
      'a warning is repeated after a day',
      {},
      'repeat',
      [{ ...sentFiring, createdMs: NOW - DAY_MS, sentMs: NOW - DAY_MS }],
      'alert.firing +0s repeat_due',
    ],
    [
      'a critical alert is repeated after four hours',
      { severity: 'critical' },
      'repeat',
      [{ ...sentFiring, sentMs: NOW - 4 * HOUR_MS }],
      'alert.firing +0s repeat_due',
    ],
    [
      'an acknowledged alert is not repeated',
      { severity: 'critical', acknowledgedBy: 'ada' },
      'repeat',
      [{ ...sentFiring, sentMs: NOW - DAY_MS }],
      'acknowledged',
    ],
    [
      'a recovering alert is not repeated',
      { state: 'recovering' },
      'repeat',
      [{ ...sentFiring, sentMs: NOW - DAY_MS }],
      'not_firing',
    ],
    [
      'a channel that was never told hears at the next sweep',
      {},
      'repeat',
      [],
      'alert.firing +30s first_message',
    ],
    [
      'the end of a silence is told at once to who knew',
      {},
      'silence_ended',
      [sentFiring],
      'alert.firing +0s repeat_due',
    ],
    [
      'a resolution closes what was told',
      { state: 'resolved' },
      'resolved',
      [sentFiring],
      'alert.resolved +0s closes_what_was_told',
    ],
    [
      'a resolution closes it in spite of a silence',
      { state: 'resolved', silencedUntilMs: NOW + 1 },
      'resolved',
      [sentFiring],
      'alert.resolved +0s closes_what_was_told',
    ],
    [
      'a resolution of what nobody was told is held',
      { state: 'resolved' },
      'resolved',
      [],
      'nothing_was_told',
    ],
    [
      'a resolution before the first message has left is held',
      { state: 'resolved' },
      'resolved',
      [waitingFiring],
      'nothing_was_told',
    ],
    [
      'a resolution follows a message that is being retried',
      { state: 'resolved' },
      'resolved',
      [retriedFiring],
      'alert.resolved +0s closes_what_was_told',
    ],
    [
      'a second resolution is held',
      { state: 'resolved' },
      'resolved',
      [sentFiring, sentResolved],
      'nothing_was_told',
    ],
    [
      'an alert that comes and goes pages once a repeat interval',
      {},
      'reopened',
      [sentFiring, sentResolved],
      'alert.firing +82800s flapping',
    ],
    [
      'a message given up was never told',
      { state: 'resolved' },
      'resolved',
      [{ ...sentFiring, state: 'given_up', sentMs: null }],
      'nothing_was_told',
    ],
    [
      'an acknowledgement in the first half minute goes right after the message that is about to page',
      { acknowledgedBy: 'ada' },
      'acknowledged',
      [waitingFiring],
      'alert.acknowledged +20s somebody_is_on_it',
    ],
    [
      'an acknowledgement of what comes and goes needs no page first',
      { acknowledgedBy: 'ada' },
      'acknowledged',
      [sentFiring, sentResolved, { ...waitingFiring, dueMs: NOW + HOUR_MS }],
      'nothing_was_told',
    ],
    [
      'a resolution closes what was told by a clock that was set back since',
      { state: 'resolved' },
      'resolved',
      [{ ...sentFiring, ...ahead(HOUR_MS) }],
      'alert.resolved +0s closes_what_was_told',
    ],
    [
      'a second resolution is held, whatever the clock said of the first',
      { state: 'resolved' },
      'resolved',
      [{ ...sentFiring, ...ahead(HOUR_MS) }, sentResolved],
      'nothing_was_told',
    ],
    [
      'a repeat waits out a clock set back by an hour',
      {},
      'repeat',
      [{ ...sentFiring, ...ahead(HOUR_MS) }],
      'not_yet',
    ],
    [
      'a clock that was a month ahead silences no repeat',
      {},
      'repeat',
      [{ ...sentFiring, ...ahead(30 * DAY_MS) }],
      'alert.firing +0s repeat_due',
    ],
    [
      'news wait five minutes at most after a clock that was a month ahead',
      {},
      'member_joined',
      [{ ...sentFiring, ...ahead(30 * DAY_MS) }],
      'alert.updated +300s update',
    ],
    [
      'what comes and goes waits one repeat interval at most after a clock that was a month ahead',
      {},
      'reopened',
      [{ ...sentFiring, ...ahead(30 * DAY_MS) }, sentResolved],
      'alert.firing +86400s flapping',
    ],
    [
      'a warning that comes back as critical waits for no repeat interval',
      { severity: 'critical' },
      'upgraded',
      [sentFiring, sentResolved],
      'alert.firing +30s first_message',
    ],
  ])('%s', (_name, change, because, messages, expected) => {
    const decision = decideNotification({
      alert: anAlert(change),
      because,
      history: readHistory(messages, NOW),
      nowMs: NOW,
    })
    const said =
      decision.act === 'hold'
        ? decision.reason
        : `${decision.type} +${(decision.dueMs - NOW) / 1_000}s ${decision.reason}`
    expect(said).toBe(expected)
  })
})

describe('deciding to notify where alerts are told together', () => {
  const held = { holdMs: NOW + 2 * MINUTE_MS }
  it.each<
    [string, Partial<Alert>, NotifyBecause, Notification[], { holdMs: number | null } | null, number | null]
  >([
    ['a first message waits until its group may speak', {}, 'fired', [], held, 120],
    ['a first message of a group that was silent waits as usual', {}, 'fired', [], { holdMs: null }, 30],
    ['news wait for the group too', {}, 'member_joined', [sentFiring], held, 120],
    [
      'a repeat waits for nothing: what is due at one moment leaves together',
      {},
      'silence_ended',
      [sentFiring],
      held,
      0,
    ],
    [
      'an end waits half a minute for other ends',
      { state: 'resolved' },
      'resolved',
      [sentFiring],
      { holdMs: null },
      30,
    ],
    ['an end waits for its group', { state: 'resolved' }, 'resolved', [sentFiring], held, 120],
    [
      'an end by hand does not wait',
      { state: 'resolved', resolution: 'manual' },
      'resolved',
      [sentFiring],
      held,
      0,
    ],
    [
      'an end does not wait where each alert is told alone',
      { state: 'resolved' },
      'resolved',
      [sentFiring],
      null,
      0,
    ],
  ])('%s', (_name, alert, because, messages, group, afterSeconds) => {
    const history = readHistory(messages, NOW)
    const decision = decideNotification({ alert: anAlert(alert), because, history, nowMs: NOW, group })
    expect(decision.act === 'queue' ? (decision.dueMs - NOW) / 1_000 : null).toBe(afterSeconds)
  })
})

describe('the last look before sending', () => {
  const firing = aMessage({ id: 5, createdMs: NOW - HOUR_MS, dueMs: NOW - HOUR_MS + 30_000 })
  const updated = aMessage({ id: 6, type: 'alert.updated', createdMs: NOW - HOUR_MS + 1, dueMs: NOW })
  const resolved = aMessage({ id: 7, type: 'alert.resolved', createdMs: NOW - 10, dueMs: NOW })
  const over = { state: 'resolved', resolvedMs: NOW - 10 } as const
  it.each<[string, Partial<Alert> | null, Notification, Notification[], string]>([
    ['a firing message goes', {}, firing, [], 'send'],
    ['a test message goes', null, { ...firing, alertId: null }, [], 'send'],
    ['a message of a deleted alert is dropped', null, firing, [], 'alert_gone'],
    ['a silence set in the meantime holds it back', { silencedUntilMs: NOW + 1 }, firing, [], 'silenced'],
    ['an explanation found in the meantime holds it back', { inhibitedBy: 3 }, firing, [], 'inhibited'],
    [
      'after an outage the firing message still goes first',
      over,
      { ...firing, attempts: 9 },
      [resolved],
      'send',
    ],
    ['a late firing message goes even unattempted', over, firing, [resolved], 'send'],
    [
      'what ended before its first message was due is not told',
      { state: 'resolved', resolvedMs: NOW - HOUR_MS },
      firing,
      [],
      'over_before_it_was_due',
    ],
    ['an update waits for the firing message', {}, updated, [firing], 'wait'],
    [
      'an update is dropped when the alert is over',
      over,
      updated,
      [{ ...firing, state: 'sent' }, resolved],
      'overtaken',
    ],
    ['a resolution waits for the firing message', over, resolved, [firing], 'wait'],
    ['a resolution goes after the firing message', over, resolved, [{ ...firing, state: 'sent' }], 'send'],
    [
      'a resolution is dropped when the firing message was given up',
      over,
      resolved,
      [{ ...firing, state: 'given_up' }],
      'nothing_was_told',
    ],
    [
      'a resolution is dropped when the alert is open again',
      {},
      resolved,
      [{ ...firing, state: 'sent' }],
      'reopened',
    ],
    [
      'a resolution goes after a firing message that was stored by a clock set back since',
      over,
      resolved,
      [{ ...firing, state: 'sent', createdMs: NOW + HOUR_MS }],
      'send',
    ],
    [
      'what comes and goes pages nobody when somebody took it on meanwhile',
      { acknowledgedBy: 'ada', acknowledgedMs: NOW - 1 },
      firing,
      [sentFiring, { ...sentResolved, id: 4 }],
      'acknowledged',
    ],
    ['a first message goes although somebody took it on', { acknowledgedMs: NOW - 1 }, firing, [], 'send'],
    [
      'an acknowledgement goes after the first message',
      {},
      { ...updated, type: 'alert.acknowledged' },
      [{ ...firing, state: 'sent' }],
      'send',
    ],
    [
      'an acknowledgement of what was never told is dropped',
      {},
      { ...updated, type: 'alert.acknowledged' },
      [{ ...firing, state: 'given_up' }],
      'nothing_was_told',
    ],
  ])('%s', (_name, change, message, siblings, expected) => {
    const decision = decideDelivery({ alert: change && anAlert(change), message, siblings, nowMs: NOW })
    expect(decision.act === 'cancel' ? decision.reason : decision.act).toBe(expected)
  })
})
