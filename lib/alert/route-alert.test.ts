import { describe, expect, it } from 'vitest'
import { type RouteSubject, routeAlert } from '@/lib/alert/route-alert'
import { isOpenAt } from '@/lib/alert/route-hours'
import { type AlertRoute, AlertRouteSchema, type RouteHours } from '@/lib/domain/alert-route'
import { MINUTE_MS } from '@/lib/domain/time'

const NOW_MS = Date.UTC(2026, 10, 17, 12)
const ALERT: RouteSubject = {
  model: 'fraud',
  severity: 'warning',
  cause: 'input_drift',
  owner: 'risk team',
  slice: null,
}
const SELF: RouteSubject = {
  model: null,
  severity: 'critical',
  cause: 'undeliverable',
  owner: null,
  slice: null,
}

const route = (change: Partial<AlertRoute> = {}): AlertRoute =>
  AlertRouteSchema.parse({ name: 'a route', channels: [1], ...change })

const office: RouteHours = { timeZone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }

function heard(routes: AlertRoute[], subject = ALERT, enabled = [1, 2, 3], nowMs = NOW_MS): string {
  const { channels, isDefault } = routeAlert(routes, subject, enabled, nowMs)
  return `${isDefault ? 'default ' : ''}${channels.map(({ channelId }) => channelId).join(' ')}`
}

describe('who hears of an alert', () => {
  it.each<[string, AlertRoute[], RouteSubject, string]>([
    ['everybody without routes', [], ALERT, 'default 1 2 3'],
    ['everybody when none matches', [route({ models: ['churn'] })], ALERT, 'default 1 2 3'],
    ['its channel, by an empty route', [route()], ALERT, '1'],
    ['by the exact model', [route({ models: ['fraud'] })], ALERT, '1'],
    ['by one of several models', [route({ models: ['x', 'fraud'] })], ALERT, '1'],
    ['by a pattern', [route({ models: ['fr*d'] })], ALERT, '1'],
    ['not by half a pattern', [route({ models: ['f*x*d'] })], ALERT, 'default 1 2 3'],
    ['not by a pattern that needs more letters', [route({ models: ['fraud*d'] })], ALERT, 'default 1 2 3'],
    ['not by a model of another case', [route({ models: ['Fraud'] })], ALERT, 'default 1 2 3'],
    ['by severity', [route({ severities: ['critical'] }), route({ name: 'b', channels: [2] })], ALERT, '2'],
    ['by cause', [route({ causes: ['no_data', 'input_drift'] })], ALERT, '1'],
    ['by owner', [route({ owners: ['risk*'] })], ALERT, '1'],
    [
      'not by owner where there is none',
      [route({ owners: ['*'] })],
      { ...ALERT, owner: null },
      'default 1 2 3',
    ],
    ['by slice', [route({ slices: ['region=EU'] })], { ...ALERT, slice: 'region=EU' }, '1'],
    ['not by slice where there is none', [route({ slices: ['region=EU'] })], ALERT, 'default 1 2 3'],
    ['the first match alone', [route(), route({ name: 'b', channels: [2] })], ALERT, '1'],
    [
      'the next too, where it continues',
      [route({ continues: true }), route({ name: 'b', channels: [2] })],
      ALERT,
      '1 2',
    ],
    [
      'each once, though two routes lead there',
      [route({ continues: true }), route({ name: 'b', channels: [1, 3] })],
      ALERT,
      '1 3',
    ],
    ['nobody, by a route made for that', [route({ channels: [] })], ALERT, ''],
    ['everybody, when its channels are gone', [route({ channels: [9] })], ALERT, 'default 1 2 3'],
    ['of Plumbline itself: everybody', [route({ models: ['*'] })], SELF, 'default 1 2 3'],
    ['of Plumbline itself, by its kind', [route({ causes: ['undeliverable'] })], SELF, '1'],
    ['inside office hours', [route({ hours: office })], ALERT, '1'],
  ])('%s', (_name, routes, subject, expected) => {
    expect(heard(routes, subject)).toBe(expected)
  })

  it('says of each route why it was not that one', () => {
    const routes = [
      route({ name: 'models', models: ['x'] }),
      route({ name: 'severity', severities: ['critical'] }),
      route({ name: 'hours', hours: { ...office, days: [7] } }),
      route({ name: 'it' }),
      route({ name: 'after' }),
    ]
    expect(routeAlert(routes, ALERT, [1], NOW_MS).steps.map(({ miss }) => miss)).toEqual([
      'model',
      'severity',
      'hours',
      null,
      'not_reached',
    ])
  })

  it('carries the pace of the route that led there first', () => {
    const routes = [route({ groupWaitMs: 0, repeatMs: 10 * MINUTE_MS })]
    expect(routeAlert(routes, ALERT, [1], NOW_MS).channels[0]).toMatchObject({
      route: 'a route',
      pace: { groupWaitMs: 0, groupIntervalMs: 5 * MINUTE_MS, repeatMs: { critical: 10 * MINUTE_MS } },
    })
  })

  it('is quick however hostile a pattern is', () => {
    const hostile = route({ models: ['a*'.repeat(99)] })
    expect(heard([hostile], { ...ALERT, model: 'a'.repeat(200) })).toBe('1')
    expect(heard([hostile], { ...ALERT, model: 'b'.repeat(200) })).toBe('default 1 2 3')
  })
})

describe('when a route is open', () => {
  const night: RouteHours = { timeZone: 'Europe/Berlin', days: [1], from: '22:00', to: '06:00' }
  it.each<[string, RouteHours, string, boolean]>([
    ['in winter at nine', office, '2026-11-17T08:00:00Z', true],
    ['in winter just before', office, '2026-11-17T07:59:59Z', false],
    ['in winter at five, no more', office, '2026-11-17T16:00:00Z', false],
    ['in summer an hour earlier by UTC', office, '2026-07-14T07:00:00Z', true],
    ['on a Sunday', office, '2026-11-22T12:00:00Z', false],
    [
      'on Sunday by UTC, Monday where it is kept',
      { ...office, timeZone: 'Asia/Tokyo', from: '00:00' },
      '2026-11-22T16:00:00Z',
      true,
    ],
    ['before midnight of its day', night, '2026-11-16T22:30:00Z', true],
    ['after midnight, begun on its day', night, '2026-11-17T04:59:00Z', true],
    ['after midnight, begun on another day', night, '2026-11-16T03:00:00Z', false],
    ['on the evening of another day', night, '2026-11-17T21:30:00Z', false],
    ['all day', { ...office, from: '00:00', to: '24:00' }, '2026-11-17T22:59:00Z', true],
    [
      'from and to alike: a whole day from there',
      { ...night, from: '06:00', to: '06:00' },
      '2026-11-17T04:59:00Z',
      true,
    ],
    [
      'in the hour that a clock change repeats',
      { ...night, days: [6], from: '02:00', to: '03:00' },
      '2026-10-25T00:30:00Z',
      false,
    ],
    [
      'in that hour on its own day',
      { ...night, days: [7], from: '02:00', to: '03:00' },
      '2026-10-25T00:30:00Z',
      true,
    ],
    [
      'in that hour the second time',
      { ...night, days: [7], from: '02:00', to: '03:00' },
      '2026-10-25T01:30:00Z',
      true,
    ],
  ])('%s', (_name, hours, at, expected) => {
    expect(isOpenAt(hours, Date.parse(at))).toBe(expected)
  })
})
