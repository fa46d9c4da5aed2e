/** Owns the monitors that take part in an alert, ranked by impact, each with both distributions in small. */
import Link from 'next/link'
import { MiniHistogram } from '@/app/charts/distribution-chart'
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatDay, formatNumber, formatPair, formatShortInstant } from '@/app/format'
import { inputPath, modelPath, toSegment, withQuery } from '@/app/links'
import type { Verdict } from '@/lib/domain/evaluation'
import { getMetric, isOfWholeRecords, type MetricUnit } from '@/lib/domain/metric'
import type { AlertMemberItem, AlertPage } from '@/lib/queries/alert-page'
import { mainContributions } from '@/lib/queries/whole-records'

export function Contributors({ page, zone }: { page: AlertPage; zone: string }) {
  return (
    <>
      <Table
        label="Monitors of this alert, worst first"
        columns={[
          { head: 'What' },
          { head: 'Measure', minor: true },
          { head: 'Verdict' },
          { head: 'Value', align: 'right' },
          { head: 'Limit', align: 'right' },
          { head: 'Impact', align: 'right', minor: true },
          { head: 'Reference and now', minor: true },
          { head: `Since (${zone})`, minor: true },
        ]}
        rows={page.members.map((member) => ({ key: member.monitorId, cells: cellsOf(page, member, zone) }))}
      />
      {page.memberCount > page.members.length && (
        <p>{page.memberCount - page.members.length} more are not shown.</p>
      )}
    </>
  )
}

function cellsOf(page: AlertPage, member: AlertMemberItem, zone: string) {
  const { evaluation } = member
  const metric = getMetric(evaluation.metric)
  const { bins } = evaluation.detail
  return [
    <WhatLink key="what" page={page} member={member} />,
    metric.label,
    <Status key="verdict" name={evaluation.verdict} word={breachWord(metric.unit, evaluation.verdict)} />,
    ...formatPair(evaluation.value, evaluation.limit, metric.unit),
    member.ratio === null ? '–' : `${formatNumber(member.ratio)} ×`,
    bins ? <MiniHistogram key="bins" bins={bins} label="Reference in grey, this window as a line" /> : '–',
    page.alert.historical ? formatDay(member.onsetMs, zone) : formatShortInstant(member.onsetMs, zone),
  ]
}

/** Only distributions drift; other measures are beyond a limit. */
function breachWord(unit: MetricUnit, verdict: Verdict): string | undefined {
  if (unit === 'distance' || (verdict !== 'drift' && verdict !== 'severe')) return undefined
  return verdict === 'drift' ? 'Beyond limit' : 'Far beyond'
}

function WhatLink({ page, member }: { page: AlertPage; member: AlertMemberItem }) {
  const { column } = member.evaluation
  const query = { version: page.version.name, window: member.evaluation.windowStartMs }
  const base = modelPath(page.model.name)
  if (isOfWholeRecords(member.evaluation.metric)) {
    const names = mainContributions(member.evaluation)
    return (
      <Link href={withQuery(`${base}/inputs`, { version: page.version.name })} prefetch={false}>
        whole records{names.length > 0 && <bdi>, mostly {names.join(' and ')}</bdi>}
      </Link>
    )
  }
  if (!column)
    return (
      <Link href={withQuery(`${base}/software`, { version: page.version.name })} prefetch={false}>
        whole version
      </Link>
    )
  const path =
    column.family === 'input'
      ? inputPath(page.model.name, column.name)
      : column.family === 'output'
        ? `${base}/outputs/${toSegment(column.name)}`
        : `${base}/software`
  return (
    <Link href={withQuery(path, query)} prefetch={false}>
      <Name>{column.name}</Name>
    </Link>
  )
}
