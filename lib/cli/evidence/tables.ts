/** Owns the tables of the evidence as Markdown: shares with their 95 % Wilson intervals. */
import type { FalseAlarms } from '@/lib/cli/evidence/false-alarms'
import { HOURS_A_FORTNIGHT } from '@/lib/cli/evidence/false-alarms'
import type { Power } from '@/lib/cli/evidence/power'
import type { Labelled } from '@/lib/cli/evidence/shapes'
import { wilsonInterval } from '@/lib/stats/inference/proportion-interval'

/** `3 of 400, 0.75 % (0.26–2.2)`. */
export function sayShare(count: number, of: number): string {
  if (of === 0) return '–'
  const [low, high] = wilsonInterval(count, of)
  const percent = (share: number) => Number((100 * share).toPrecision(2))
  return `${count} of ${of}: ${percent(count / of)} % (${percent(low)}–${percent(high)})`
}

export function sayRate(alerts: number, hours: number): string {
  return `${alerts} in ${Math.round(hours / 24)} days: ${Number(((alerts * HOURS_A_FORTNIGHT) / hours).toPrecision(2))} a fortnight`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Share of windows with any alarm where nothing moved, beside the peers. */
export function stillTable(
  rows: readonly { readonly columns: number; readonly n: number; readonly result: FalseAlarms }[],
): string {
  const peers = rows.find(({ result }) => result.peers.length > 0)?.result.peers ?? []
  return table(
    [
      'columns',
      'records a window',
      'Plumbline: windows with any alarm',
      'Plumbline: alerts',
      ...peers.map(({ name }) => name),
    ],
    rows.map(({ columns, n, result }) => [
      String(columns),
      n.toLocaleString('en-US'),
      sayShare(result.ours.alarmed, result.ours.windows),
      sayRate(result.alerts, result.hours),
      ...peers.map((_, index) => {
        const peer = result.peers[index]
        return peer ? sayShare(peer.alarmed, peer.windows) : '–'
      }),
    ]),
  )
}

export function movingTable(
  rows: readonly { readonly world: string; readonly result: FalseAlarms }[],
): string {
  return table(
    ['world', 'windows with any alarm', 'alerts after the learning week'],
    rows.map(({ world, result }) => [
      world,
      sayShare(result.ours.alarmed, result.ours.windows),
      sayRate(result.alerts, result.hours),
    ]),
  )
}

/** Share of windows in which the planted change is called, and how soon somebody is told. */
export function powerTable(
  rows: readonly { readonly planted: string; readonly n: number; readonly result: Power }[],
): string {
  const peers = rows[0]?.result.peers ?? []
  return table(
    [
      'planted in one of 20 columns',
      'records a window',
      'Plumbline: seen in one window',
      'windows until the alert',
      ...peers.map(({ name }) => name),
    ],
    rows.map(({ planted, n, result }) => [
      planted,
      n.toLocaleString('en-US'),
      sayShare(result.ours.seen, result.ours.trials),
      sayWaits(result.windowsUntilAlert),
      ...result.peers.map(({ seen, trials }) => sayShare(seen, trials)),
    ]),
  )
}

function sayWaits(waits: readonly (number | null)[]): string {
  const told = waits.filter((wait) => wait !== null).sort((a, b) => a - b)
  if (told.length === 0) return 'none within 6'
  const median = told[Math.floor(told.length / 2)]
  const missed = waits.length - told.length
  return `median ${median}${missed > 0 ? `, ${missed} of ${waits.length} not within 6` : `, at most ${told.at(-1)}`}`
}

export function shapeTable(rows: readonly Labelled[]): string {
  return table(
    ['drift', 'labelled right', 'labelled otherwise'],
    rows.map(({ kind, right, streams, wrong }) => [
      kind,
      sayShare(right, streams),
      [...new Set(wrong)].map((shape) => `${shape} ${wrong.filter((w) => w === shape).length}`).join(', ') ||
        '–',
    ]),
  )
}
