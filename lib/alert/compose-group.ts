/** Owns what one message says of several alerts: the worst first and by name, the others counted. Pure. */
import { actSentence } from '@/lib/alert/compose-message'
import { clip } from '@/lib/alert/format-value'
import type { Message, MessageAct } from '@/lib/domain/message'
import type { Severity } from '@/lib/domain/monitor'

/** One alert of a group, as far as it takes part in the counts. */
export interface GroupedAlert {
  readonly isOver: boolean
  readonly severity: Severity
  /** null: an alert of Plumbline about itself. */
  readonly model: string | null
}

/**
 * One message for several alerts.
 * @param alerts all of them
 * @param messages the worst of them, worst first, at least one
 */
export function composeGroup(input: {
  readonly alerts: readonly GroupedAlert[]
  readonly messages: readonly Message[]
  readonly nowMs: number
  readonly publicUrl: string
  /** Links that act on all that is not over, without signing in. */
  readonly acts?: readonly MessageAct[]
}): Message {
  const { alerts, messages, nowMs, publicUrl, acts = [] } = input
  const firing = alerts.filter(({ isOver }) => !isOver)
  const over = alerts.length - firing.length
  const critical = firing.filter(({ severity }) => severity === 'critical').length
  const said = firing.length > 0 ? firing : alerts
  const severity = said.some((one) => one.severity === 'critical') ? 'critical' : 'warning'
  const worst = messages[0] ? bareTitle(messages[0]) : ''
  const also = firing.length > 0 && over > 0 ? `, ${over} over` : ''
  const word = firing.length > 0 ? 'FIRING' : 'RESOLVED'
  const title = `[${word}] ${count(said.length, 'alert')} on ${whereOf(said)}${also}; ${firing.length > 0 ? 'worst' : 'among them'}: ${worst}`
  return {
    type: 'alert.group',
    atMs: nowMs,
    title: clip(title, 500),
    lines: [countsOf(firing.length, critical, over), ...actSentence(acts, ' on all of them')],
    link: `${publicUrl}/alerts${firing.length > 0 ? '' : '?state=resolved'}`,
    publicUrl,
    acts,
    alert: null,
    group: { messages, told: alerts.length, firing: firing.length, critical, over, severity },
  }
}

/** The title without its `[FIRING] `. */
function bareTitle({ title }: Message): string {
  return title.replace(/^\[\w+\] /, '')
}

/** `12 critical alerts and 13 warnings fire, 5 are over.` */
function countsOf(firing: number, critical: number, over: number): string {
  const warnings = firing - critical
  const parts = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ]
  const fires = parts.length === 0 ? [] : [`firing: ${parts.join(', ')}`]
  const ends = over === 0 ? [] : [`over: ${over}`]
  const text = [...fires, ...ends].join('; ')
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`
}

/** `fraud`, `40 models`, `fraud and Plumbline itself`. */
function whereOf(alerts: readonly GroupedAlert[]): string {
  const models = new Set(alerts.flatMap(({ model }) => (model === null ? [] : [model])))
  const [first] = models
  const names =
    models.size === 1 && first !== undefined ? [first] : models.size > 1 ? [`${models.size} models`] : []
  const own = alerts.some(({ model }) => model === null) ? ['Plumbline itself'] : []
  return [...names, ...own].join(' and ')
}

function count(n: number, word: string): string {
  return `${n.toLocaleString('en-US')} ${word}${n === 1 ? '' : 's'}`
}
