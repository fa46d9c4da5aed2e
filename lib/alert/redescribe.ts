/** Owns how the words and the severity of an alert follow the results behind it. */
import type { AdvanceInput } from '@/lib/alert/advance-input'
import type { Outcome } from '@/lib/alert/advance-monitors'
import { byWeight, describeSummary, describeTitle, type Evidence } from '@/lib/alert/describe-alert'
import type { Alert } from '@/lib/domain/alert'
import type { Severity } from '@/lib/domain/monitor'

/**
 * The sentences follow the newest breach; windows that only calm down, or are long past, leave them as they were. So does
 * a milder breach of an alert that is critical: its words are those of the window that made it so.
 */
export function redescribe(input: AdvanceInput, alert: Alert, burning: readonly Outcome[]): Alert {
  const current = burning.filter(({ isCurrent }) => isCurrent)
  const evidence = evidenceOf(current)
  if (evidence.length === 0) return alert
  if (alert.severity === 'critical' && worstSeverity('warning', current) === 'warning') return alert
  return {
    ...alert,
    title: describeTitle(
      input.model.name,
      input.version.name,
      alert.cause,
      evidence,
      alert.inhibitedBy !== null,
    ),
    summary: describeSummary(alert.cause, alert.onsetMs, evidence),
  }
}

/** The results that breached, the one that says most first. */
export function evidenceOf(burning: readonly Outcome[]): Evidence[] {
  return burning
    .flatMap(({ monitor, result, signal }) => (result && signal === 'breach' ? [{ monitor, result }] : []))
    .sort(byWeight)
}

export function worstSeverity(atLeast: Severity, burning: readonly Outcome[]): Severity {
  const critical = burning.some(
    ({ monitor, result }) => monitor.severity === 'critical' || result?.verdict === 'severe',
  )
  return critical ? 'critical' : atLeast
}
