/** Owns the named findings of a column on a window, most basic first: they come before any statistic and explain it. */
import type { ColumnRef, Family } from '@/lib/domain/column'
import type { Finding } from '@/lib/domain/evaluation'
import { COLUMN_FAULTS } from '@/lib/monitor/column-faults'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import { MIN_FAULTY_ROWS, testShare } from '@/lib/monitor/share-test'
import { findUnitChange } from '@/lib/monitor/unit-change'
import { sayShare } from '@/lib/monitor/words'
import { topItems } from '@/lib/stats/sketches/space-saving'
import { presentOf, rowsOf } from '@/lib/summary/merge'
import type { ColumnSummary } from '@/lib/summary/types'

const MIN_ROWS_FOR_CONSTANT = 30

/** Whether every row is missing although the reference rarely is; few rows prove nothing. */
export function isAllMissing(column: ReferenceColumn, summary: ColumnSummary, alpha: number): boolean {
  const rows = rowsOf(summary)
  if (rows < MIN_FAULTY_ROWS || summary.missing < rows) return false
  const { missing, rows: referenceRows } = column.profile
  // An event not seen in N rows has a rate below 3/N (95 %).
  const rate = Math.max(missing, 3) / Math.max(referenceRows, 3)
  return rate ** rows < alpha
}

/** Whether more than half of the present values have another type. */
export function isTypeChanged(summary: ColumnSummary): boolean {
  const filled = rowsOf(summary) - summary.missing
  return filled >= MIN_FAULTY_ROWS && summary.typeChanged / filled > 0.5
}

/** The one value that the window holds, as text; null when it holds several or none. */
export function onlyValue(summary: ColumnSummary): string | null {
  if (summary.kind === 'categories') {
    return summary.counts.items.size === 1 ? ([...summary.counts.items.keys()][0] ?? null) : null
  }
  const { moments } = summary
  return moments.n > 0 && moments.min === moments.max ? String(moments.min) : null
}

/** Whether the reference holds several values. */
export function isVaried(column: ReferenceColumn): boolean {
  return column.categories ? column.categories.size > 1 : column.deviation > 0
}

function newCategories(column: ReferenceColumn, summary: ColumnSummary): string {
  if (summary.kind !== 'categories') return ''
  const unseen = topItems(summary.counts).filter(({ label }) => !column.categories?.has(label))
  const named = unseen.slice(0, 3).map(({ label }) => `"${label.slice(0, 40)}"`)
  return named.length === 0 ? '' : `: ${named.join(', ')}${unseen.length > named.length ? ' and more' : ''}`
}

/** @returns findings in the order in which they explain one another */
export function findFaults(column: ReferenceColumn, summary: ColumnSummary, alpha: number): Finding[] {
  const { name, family } = column.profile as { name: string; family: Family }
  const ref: ColumnRef = { family, name }
  const rows = rowsOf(summary)
  if (isAllMissing(column, summary, alpha)) {
    return [{ kind: 'all_missing', column: ref, share: 1, sentence: `Every value of ${name} is missing.` }]
  }
  const findings: Finding[] = []
  for (const fault of COLUMN_FAULTS) {
    const counts = fault.counts(column, summary)
    if (!counts || counts.n === 0 || counts.count === 0) continue
    const test = testShare(counts, { floor: fault.floor, alpha, allowed: fault.allowed(column) })
    if (!(test.limitRatio > 1 && test.pValue < alpha)) continue
    const names = fault.metric === 'unseen_share' ? newCategories(column, summary) : ''
    const sentence = `${sayShare(test.value)} of the values of ${name} ${fault.says}${names}.`
    findings.push({ kind: fault.finding, column: ref, share: counts.count / rows, sentence })
  }
  if (summary.kind === 'grid') {
    const change = findUnitChange(column, summary)
    if (change) findings.push({ kind: 'unit_change', column: ref, share: 1, sentence: change.sentence })
  }
  const only = onlyValue(summary)
  if (only !== null && isVaried(column) && presentOf(summary) >= MIN_ROWS_FOR_CONSTANT) {
    const sentence = `Every value of ${name} is ${only.slice(0, 60)}; the reference varies.`
    findings.push({ kind: 'constant', column: ref, share: presentOf(summary) / rows, sentence })
  }
  return findings
}
