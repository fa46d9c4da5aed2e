/** Owns the tables of the evidence as Markdown: shares with their 95 % Wilson intervals. */
import type { ChanceLimit } from '@/lib/cli/evidence/chance-limits'
import { type DrawnLimit, SHOWN_LEVEL } from '@/lib/cli/evidence/drawn-limits'
import type { FalseAlarms } from '@/lib/cli/evidence/false-alarms'
import { HOURS_A_FORTNIGHT } from '@/lib/cli/evidence/false-alarms'
import type { Power } from '@/lib/cli/evidence/power'
import type { Labelled } from '@/lib/cli/evidence/shapes'
import type { StreamResult } from '@/lib/cli/evidence/streams'
import type { RecordResult } from '@/lib/cli/evidence/whole-records'
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

/** Chance over limit by law and size, a column a method; sizes of one law in one cell each. */
export function limitTable(rows: readonly ChanceLimit[]): string {
  const methods = [...new Set(rows.map(({ method }) => method))]
  const cases = [...new Set(rows.map(({ law, n }) => `${law}|${n}`))]
  const sayCell = (found: ChanceLimit | undefined) =>
    found === undefined ? '–' : found.isBelowFloor ? `(${found.ratio.toFixed(2)})` : found.ratio.toFixed(2)
  return table(
    ['column', 'records a window', ...methods.map((method) => `\`${method}\``)],
    cases.map((key) => {
      const of = rows.filter(({ law, n }) => `${law}|${n}` === key)
      const [law = '', n = '0'] = key.split('|')
      const cells = methods.map((method) => sayCell(of.find((row) => row.method === method)))
      return [law, Number(n).toLocaleString('en-US'), ...cells]
    }),
  )
}

/** Limits by both ways beside the simulated one, and how often each is passed at its nominal levels. */
export function drawnTable(rows: readonly DrawnLimit[]): string {
  const levels = rows[0]?.passed.map(({ level }) => level) ?? []
  const percent = (count: number | null, of: number) =>
    count === null ? '–' : `${Number(((100 * count) / of).toPrecision(2))} %`
  const distance = (value: number | null) => (value === null ? '–' : value.toPrecision(3))
  return table(
    [
      'column',
      'records a window',
      'method',
      `simulated limit at ${100 * SHOWN_LEVEL} %`,
      'closed form',
      'null table',
      ...levels.flatMap((level) => [`passed at ${100 * level} %: closed form`, 'null table']),
    ],
    rows.map(({ column, n, method, windows, passed, limits }) => [
      column,
      n.toLocaleString('en-US'),
      `\`${method}\``,
      distance(limits.simulated),
      distance(limits.closed),
      distance(limits.drawn),
      ...passed.flatMap(({ closed, drawn }) => [percent(closed, windows), percent(drawn, windows)]),
    ]),
  )
}

export function recordTable(
  rows: readonly { readonly kind: string; readonly n: number; readonly result: RecordResult }[],
): string {
  return table(
    ['what happens', 'records a window', 'separation (AUC)', 'reconstruction error', 'any single column'],
    rows.map(({ kind, n, result: { windows, separation, reconstruction, columns } }) => [
      kind,
      n.toLocaleString('en-US'),
      sayShare(separation, windows),
      sayShare(reconstruction, windows),
      sayShare(columns, windows),
    ]),
  )
}

export function streamTable(rows: readonly StreamResult[]): string {
  const shifts = rows[0]?.shifts.map(({ shift }) => `shift of ${shift} σ`) ?? []
  return table(
    ['detector', 'values between two false signals', ...shifts],
    rows.map(({ detector, between, steadyValues, shifts: found }) => [
      detector,
      between === null
        ? `none in ${steadyValues.toLocaleString('en-US')}`
        : Number(between.toPrecision(2)).toLocaleString('en-US'),
      ...found.map(
        ({ found: seen, streams, delay }) =>
          `${sayShare(seen, streams)}${delay === null ? '' : `, median after ${delay}`}`,
      ),
    ]),
  )
}
