/** Owns the section about Plumbline itself on the page of alerts: what is wrong with it, who is on it, or that nothing is. */
import styles from '@/app/(signed)/alerts/alert-table.module.css'
import { SelfAlertActions } from '@/app/(signed)/alerts/self-alert-actions'
import { Quiet, Section } from '@/app/components/page-parts'
import { Status, type StatusName } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatAgo, formatInstant } from '@/app/format'
import type { SelfAlert } from '@/lib/domain/self-alert'

const MAX_OVER_SHOWN = 5

/** @param isOver shows what was wrong lately instead of what is wrong now */
export function SelfAlertList({
  alerts,
  isOver,
  zone,
  nowMs,
  canAct,
  isWatched,
}: {
  alerts: readonly SelfAlert[]
  isOver: boolean
  zone: string
  nowMs: number
  canAct: boolean
  /** False while the worker, which looks after all of this, is not heard of. */
  isWatched: boolean
}) {
  const shown = isOver
    ? alerts.filter(({ resolvedMs }) => resolvedMs !== null).slice(0, MAX_OVER_SHOWN)
    : alerts.filter(({ resolvedMs }) => resolvedMs === null)
  return (
    <Section title="Plumbline itself" id="plumbline">
      {shown.length === 0 ? (
        <Quiet>{isOver ? 'Nothing was wrong with it.' : isWatched ? NOTHING_WRONG : NOT_WATCHED}</Quiet>
      ) : (
        <Table
          label="Alerts of Plumbline about itself"
          columns={[
            { head: 'Severity' },
            { head: 'State', minor: true },
            { head: 'What', isWide: true },
            { head: `Since (${zone})`, minor: true },
            ...(canAct && !isOver ? [{ head: <span className="visually-hidden">Act</span> }] : []),
          ]}
          rows={shown.map((alert) => ({
            key: alert.id,
            cells: [
              <Status key="severity" name={alert.severity} />,
              <Status key="state" name={stateOfSelf(alert, nowMs)} />,
              <span key="what" className={styles.said}>
                <bdi>{sentenceOf(alert)}</bdi> <bdi>{whatElse(alert, zone, nowMs)}</bdi>
              </span>,
              formatInstant(alert.firedMs, zone),
              ...(canAct && !isOver
                ? [<SelfAlertActions key="act" alert={alert} isTaken={alert.acknowledgedBy !== null} />]
                : []),
            ],
          }))}
        />
      )}
    </Section>
  )
}

const NOTHING_WRONG =
  'Nothing is wrong with it: messages arrive, windows are judged in time, the disk has room, and no shipper fell silent.'

const NOT_WATCHED = 'Not known: its worker, which watches over it, does not answer.'

/** What people want to know first of it. */
export function stateOfSelf(
  alert: Pick<SelfAlert, 'resolvedMs' | 'silencedUntilMs' | 'acknowledgedBy'>,
  nowMs: number,
): StatusName {
  if (alert.resolvedMs !== null) return 'resolved'
  if ((alert.silencedUntilMs ?? 0) > nowMs) return 'silenced'
  return alert.acknowledgedBy === null ? 'firing' : 'acknowledged'
}

function sentenceOf({ title }: SelfAlert): string {
  return `${title[0]?.toUpperCase() ?? ''}${title.slice(1)}.`
}

/** What it says, or when it was over, and what people said of it. */
function whatElse(alert: SelfAlert, zone: string, nowMs: number): string {
  const { text, resolvedMs, acknowledgedBy, silencedUntilMs, silenceReason } = alert
  const isQuiet = resolvedMs === null && silencedUntilMs !== null && silencedUntilMs > nowMs
  return [
    resolvedMs === null ? text : `Over ${formatAgo(resolvedMs, nowMs)}.`,
    ...(acknowledgedBy === null ? [] : [`Acknowledged by ${acknowledgedBy}.`]),
    ...(isQuiet ? [`Silenced until ${formatInstant(silencedUntilMs, zone)}: ${silenceReason ?? ''}.`] : []),
  ].join(' ')
}
