/** Owns the sentence over the sample records: which they are, and why these. */
import { formatNumber, formatShare, keepUnits, sayInstant } from '@/app/format'
import type { AlertPage } from '@/lib/queries/alert-page'
import type { BreachedCells, Cell } from '@/lib/queries/breached-cells'

/** Breaches told of, and cells of each. */
const MAX_TOLD = 3
const MAX_LABEL = 40

export function saySamples(
  { samples, breaches, sampled }: Pick<AlertPage, 'samples' | 'breaches' | 'sampled'>,
  zone: string,
): string {
  const window = `the window from ${sayInstant(sampled.startMs, zone)}`
  if (breaches.length === 0) return `The first records of ${window}: this alert is about no part of them.`
  const told = breaches.slice(0, MAX_TOLD).map((breach) => sayBreach(breach, samples.hides))
  const where = `${told.join('; ')}${breaches.length > MAX_TOLD ? ' and more' : ''}`
  return keepUnits(
    samples.chosen === 'breached'
      ? `Records of ${window} in what breached, marked ●: ${where}.`
      : `The first records of ${window}: none of the ${samples.lookedAt.toLocaleString('en-US')} looked at lies in what breached (${where}).`,
  )
}

function sayBreach({ name, family, cells, what }: BreachedCells, hides: (input: string) => boolean): string {
  if (what !== null) return `${name} ${what}`
  if (family === 'input' && hides(name)) return `${name} where its share rose most`
  return `${name} ${cells.slice(0, MAX_TOLD).map(sayCell).join(', ')}`
}

/** `60 to 85 (4 % → 31 %)`. */
function sayCell({ from, to, label, before, now }: Cell): string {
  const shares = `(${formatShare(before)} → ${formatShare(now)})`
  if (label !== undefined)
    return `"${label.length > MAX_LABEL ? `${label.slice(0, MAX_LABEL)}…` : label}" ${shares}`
  if (from === null || from === undefined) return `below ${formatNumber(to)} ${shares}`
  if (to === null || to === undefined) return `above ${formatNumber(from)} ${shares}`
  return `${formatNumber(from)} to ${formatNumber(to)} ${shares}`
}
