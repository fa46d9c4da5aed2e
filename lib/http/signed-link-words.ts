/** Owns what the page behind a signed link says: of one alert, of one of Plumbline about itself, of all of a message. Knows no HTML. */
import type { LinkAction } from '@/lib/access/signed-link'
import { toRfc3339 } from '@/lib/domain/time'
import type { LinkedAlert } from '@/lib/services/alerts/linked-alerts'
import type { FollowedLink } from '@/lib/services/alerts/signed-links'

type Known = Extract<FollowedLink, { channel: string }>

export interface LinkWords {
  readonly title: string
  readonly sentences: readonly string[]
  /** null: there is nothing to do. */
  readonly button: string | null
}

interface ActWords {
  /** Before and after what it is done to: `Silence` these 12 alerts ` for 4 hours`; the button says it without. */
  readonly verb: readonly [string, string]
  readonly done: string
  readonly effect: string
  readonly effects: string
}

const WORDS: Readonly<Record<LinkAction, ActWords>> = {
  acknowledge: {
    verb: ['Acknowledge', ''],
    done: 'acknowledged',
    effect: 'It is no longer repeated. A rise to critical and its end are still told.',
    effects: 'They are no longer repeated. A rise to critical and the end of each are still told.',
  },
  silence: {
    verb: ['Silence', ' for 4 hours'],
    done: 'silenced',
    effect: 'It is still evaluated. If it fires when the time is over, it is told again.',
    effects: 'They are still evaluated. What fires when the time is over is told again.',
  },
  false_alarm: {
    verb: ['Mark', ' as a false alarm'],
    done: 'marked as a false alarm',
    effect: 'The alert stays as it is. Its monitors learn from the mark.',
    effects: '',
  },
}

/** @param shown those of the link's alerts that are in its state */
export function wordsOf(link: Known, shown: readonly LinkedAlert[]): LinkWords {
  return link.about === 'group' ? groupWords(link, shown) : loneWords(link, shown[0])
}

function loneWords({ state, action, about }: Known, one: LinkedAlert | undefined): LinkWords {
  const { verb, done } = WORDS[action]
  // What is critical already, and what is wrong with Plumbline itself, does not rise.
  const risesNoMore = action === 'acknowledge' && (about === 'self' || one?.alert.severity === 'critical')
  const effect = risesNoMore ? 'It is no longer repeated. Its end is still told.' : WORDS[action].effect
  if (state === 'ready')
    return { title: `${verb.join(' this alert')}?`, sentences: [effect], button: verb.join('') }
  const sentence =
    state === 'over'
      ? `It ended at ${instant(one?.alert.resolvedMs ?? null)}.`
      : one
        ? deedOf(action, one.alert)
        : ''
  return {
    title: state === 'over' ? 'This alert is over already.' : `This alert is ${done}.`,
    sentences: [sentence],
    button: null,
  }
}

function groupWords({ state, action, alerts }: Known, shown: readonly LinkedAlert[]): LinkWords {
  const { verb, done, effect, effects } = WORDS[action]
  const count = shown.length
  const these = count === 1 ? 'this alert' : `these ${count.toLocaleString('en-US')} alerts`
  if (state === 'over')
    return {
      title: 'These alerts are over already.',
      sentences: ['All that the message told of has ended.'],
      button: null,
    }
  const countOf = (wanted: LinkedAlert['state']) => alerts.filter((one) => one.state === wanted).length
  const others = [
    ...(state === 'ready' ? [restOf(countOf('done'), `${done} already`)] : []),
    restOf(countOf('over'), 'over already'),
  ].flatMap((one) => one ?? [])
  const rest = others.length === 0 ? [] : [`Of the same message ${others.join(', and ')}.`]
  if (state === 'done')
    return {
      title: `${these[0]?.toUpperCase() ?? ''}${these.slice(1)} ${count === 1 ? 'is' : 'are'} ${done}.`,
      sentences: rest,
      button: null,
    }
  return {
    title: `${verb.join(` ${these}`)}?`,
    sentences: [count === 1 ? effect : effects, ...rest],
    button: verb.join(count === 1 ? '' : ` all ${count.toLocaleString('en-US')}`),
  }
}

/** `2 are over already`, or null for none. */
function restOf(count: number, what: string): string | null {
  return count === 0 ? null : `${count.toLocaleString('en-US')} ${count === 1 ? 'is' : 'are'} ${what}`
}

/** Alerts of Plumbline about itself are no model's. */
export function titleOf({ about, alert }: LinkedAlert): string {
  return about === 'self' ? `Plumbline: ${alert.title}` : alert.title
}

/** `critical, firing, since 2026-11-17 01:00:00 UTC`. */
export function standingOf({ about, alert }: LinkedAlert): string {
  const state = about === 'alert' ? alert.state : alert.resolvedMs === null ? 'firing' : 'resolved'
  return `${alert.severity}, ${state}, since ${instant(about === 'alert' ? alert.onsetMs : alert.firedMs)}`
}

/** Who did it and when, or until when and why. */
export function deedOf(action: LinkAction, alert: LinkedAlert['alert']): string {
  if (action === 'acknowledge')
    return `By ${alert.acknowledgedBy ?? 'somebody'}, at ${instant(alert.acknowledgedMs)}.`
  if (action === 'silence') return `Until ${instant(alert.silencedUntilMs)}: ${alert.silenceReason ?? ''}.`
  return 'judgedBy' in alert ? `By ${alert.judgedBy ?? 'somebody'}, at ${instant(alert.judgedMs)}.` : ''
}

/** `2026-11-17 01:00:00 UTC`: whoever looks has told no zone. */
export function instant(ms: number | null): string {
  return ms === null
    ? 'an unknown time'
    : toRfc3339(ms)
        .replace('T', ' ')
        .replace(/(\.\d+)?Z$/, ' UTC')
}
