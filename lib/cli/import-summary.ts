/** Owns what an import says at its end. */
import type { SentRows } from '@/lib/cli/send-rows'
import type { JudgedWindows } from '@/lib/cli/wait-until-judged'

export interface ImportSummary extends Omit<SentRows, 'instants' | 'labels'>, JudgedWindows {
  readonly model: string
  readonly version: string
  readonly url: string
  readonly warnings: readonly string[]
  readonly labelled: number
}

const MAX_LINES = 10

/** The summary as lines for people. */
export function summaryLines(summary: ImportSummary): string[] {
  const { accepted, duplicates, conflicts, refused, labelled, judged, windows } = summary
  const number = (value: number) => value.toLocaleString('en')
  const lines = [
    `records   ${number(accepted)} stored, ${number(duplicates)} known already, ${number(conflicts)} in conflict, ${number(refused)} refused`,
    ...summary.refusals.map((reason) => `          ${reason}`),
    `labels    ${number(labelled)}`,
    `windows   ${number(judged)} of ${number(windows)} judged`,
    `drifted   ${summary.drifted.length === 0 ? 'no column' : `${summary.drifted.length} columns`}`,
    ...shorten(
      summary.drifted.map(({ column, windows: count }) => `          ${column} in ${count} windows`),
    ),
    `alerts    ${summary.alerts.length}`,
    ...shorten(summary.alerts.map(({ severity, title }) => `          ${severity}: ${title}`)),
    `look at   ${summary.url}/models/${encodeURIComponent(summary.model)}?version=${encodeURIComponent(summary.version)}`,
  ]
  if (!summary.isComplete) lines.push('Some windows were not judged in time; they will be.')
  return lines
}

export function printSummary(summary: ImportSummary): void {
  for (const line of summaryLines(summary)) console.log(line)
}

function shorten(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines]
  return [...lines.slice(0, MAX_LINES), `          and ${lines.length - MAX_LINES} more`]
}
