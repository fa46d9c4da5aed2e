/** Owns a route in words: what it takes, when, and where it leads. */
import type { AlertRoute } from '@/lib/domain/alert-route'

export interface ChannelName {
  readonly id: number
  readonly name: string
}

export const DAY_NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

/** `critical alerts of fraud and churn, Mon–Fri 09:00–17:00 Europe/Berlin`. */
export function takesWords(route: AlertRoute): string {
  const { models, severities, causes, owners, slices, hours } = route
  const kind = severities.length === 1 ? `${severities[0]} alerts` : 'Alerts'
  const parts = [
    models.length > 0 ? `of ${joined(models)}` : 'of all models',
    causes.length > 0 ? `about ${joined(causes.map((cause) => cause.replaceAll('_', ' ')))}` : '',
    owners.length > 0 ? `owned by ${joined(owners)}` : '',
    slices.length > 0 ? `in ${joined(slices)}` : '',
    hours ? `${dayWords(hours.days)} ${hours.from}–${hours.to} ${hours.timeZone}` : '',
  ]
  const text = `${kind} ${parts.filter((part) => part !== '').join(', ')}`
  return text[0]?.toUpperCase() + text.slice(1)
}

export function leadsWords(route: AlertRoute, channels: readonly ChannelName[]): string {
  const names = route.channels.map(
    (id) => channels.find((channel) => channel.id === id)?.name ?? `channel ${id}, gone`,
  )
  return names.length === 0 ? 'nobody' : joined(names)
}

/** Days that follow each other as a span. */
function dayWords(days: readonly number[]): string {
  const sorted = [...days].sort((a, b) => a - b)
  const [first = 1] = sorted
  const last = sorted.at(-1) ?? first
  const name = (day: number) => DAY_NAMES[day - 1] ?? ''
  if (sorted.length === 7) return 'every day'
  if (sorted.length > 2 && last - first === sorted.length - 1) return `${name(first)}–${name(last)}`
  return sorted.map(name).join(', ')
}

function joined(words: readonly string[]): string {
  return words.length <= 1 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
