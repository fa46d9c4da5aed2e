/** Owns who hears of an alert: routes in order, the first that matches decides, none means everybody. Pure. */
import { takes } from '@/lib/alert/fits'
import type { Pace } from '@/lib/alert/pace'
import { paceOf } from '@/lib/alert/pace'
import { isOpenAt } from '@/lib/alert/route-hours'
import type { AlertRoute } from '@/lib/domain/alert-route'
import type { Severity } from '@/lib/domain/monitor'

/** What routes look at. */
export interface RouteSubject {
  /** null: an alert of Plumbline about itself. */
  readonly model: string | null
  readonly severity: Severity
  readonly cause: string
  readonly owner: string | null
  readonly slice: string | null
}

/** A channel that hears of it, and how fast. */
export interface RoutedChannel {
  readonly channelId: number
  readonly pace: Pace
  /** Name of the route that led here; null for the default route. */
  readonly route: string | null
}

export type RouteMiss = 'model' | 'severity' | 'cause' | 'owner' | 'slice' | 'hours' | 'not_reached'

export interface Routing {
  readonly channels: readonly RoutedChannel[]
  /** Each route in order: null where it matched, else why it did not. */
  readonly steps: readonly { readonly route: string; readonly miss: RouteMiss | null }[]
  /** No route matched, or those that did lead only to channels that are gone or off: everybody is told. */
  readonly isDefault: boolean
}

/**
 * Decides over one alert at one instant. A route that was given no channels on purpose tells nobody; one whose channels
 * are all gone or switched off must not swallow a page, so the default route takes over.
 *
 * @param enabled numbers of the channels that are on
 */
export function routeAlert(
  routes: readonly AlertRoute[],
  subject: RouteSubject,
  enabled: readonly number[],
  nowMs: number,
): Routing {
  const steps: { route: string; miss: RouteMiss | null }[] = []
  const matched: AlertRoute[] = []
  let isEnded = false
  for (const route of routes) {
    const miss = isEnded ? 'not_reached' : missOf(route, subject, nowMs)
    steps.push({ route: route.name, miss })
    if (miss !== null) continue
    matched.push(route)
    isEnded = !route.continues
  }
  const channels = new Map<number, RoutedChannel>()
  for (const route of matched) {
    for (const channelId of route.channels) {
      if (!enabled.includes(channelId) || channels.has(channelId)) continue
      channels.set(channelId, { channelId, pace: paceOf(route), route: route.name })
    }
  }
  const isDefault =
    matched.length === 0 || (channels.size === 0 && matched.some((route) => route.channels.length > 0))
  const everybody = () => enabled.map((channelId) => ({ channelId, pace: paceOf(), route: null }))
  return { channels: isDefault ? everybody() : [...channels.values()], steps, isDefault }
}

function missOf(route: AlertRoute, subject: RouteSubject, nowMs: number): RouteMiss | null {
  if (!takes(route.models, subject.model)) return 'model'
  if (route.severities.length > 0 && !route.severities.includes(subject.severity)) return 'severity'
  if (!takes(route.causes, subject.cause)) return 'cause'
  if (!takes(route.owners, subject.owner)) return 'owner'
  if (!takes(route.slices, subject.slice)) return 'slice'
  return route.hours === null || isOpenAt(route.hours, nowMs) ? null : 'hours'
}
