/** Owns the monitors that take part in an alert, by impact, each with both distributions in small. */
import Link from 'next/link'
import { MiniHistogram } from '@/app/charts/distribution-chart'
import { Name } from '@/app/components/name'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatDay, formatNumber, formatPair, formatShortInstant } from '@/app/format'
import { inputPath, modelPath, toSegment, withQuery } from '@/app/links'
import type { Verdict } from '@/lib/domain/evaluation'
import { getMetric, isOfWholeRecords, type MetricUnit } from '@/lib/domain/metric'
import type { AlertMemberItem } from '@/lib/queries/alert-members'
import type { AlertPage } from '@/lib/queries/alert-page'
import type { Contributor } from '@/lib/queries/rank-contributors'
import { mainContributions } from '@/lib/queries/whole-records'

/** Where importances are known. */
const WEIGHED = [
  { head: 'Importance', align: 'right', minor: true },
  { head: 'Impact', align: 'right' },
] as const

export function Contributors({ page, zone }: { page: AlertPage; zone: string }) {
  return (
    <>
      <Table
        label="Monitors of this alert, by impact"
        columns={[
          { head: 'What' },
          { head: 'Measure', minor: true },
          { head: 'Verdict', minor: true },
          { head: 'Value', align: 'right', minor: true },
          { head: 'Limit', align: 'right', minor: true },
          { head: 'Excess', align: 'right', minor: page.importances !== null },
          ...(page.importances === null ? [] : WEIGHED),
          { head: 'Reference and now' },
          { head: `Since (${zone})`, minor: true },
        ]}
        rows={page.contributors.map((one) => ({
          key: one.member.monitorId,
          cells: cellsOf(page, one, zone),
        }))}
      />
      {page.memberCount > page.members.length && (
        <p>{page.memberCount - page.members.length} more are not shown.</p>
      )}
    </>
  )
}

/** What the order means, and how much of it is known. */
export function sayRanking({ importances }: Pick<AlertPage, 'importances'>): string {
  switch (importances) {
    case 'given':
      return 'Ranked by impact: how far beyond its limit, times the importance that was uploaded with the reference profile.'
    case 'estimated':
      return 'Ranked by impact: how far beyond its limit, times importance. Nobody gave importances, so they are estimated: how closely each input alone goes with the output in the reference, the closest as 1.'
    case null:
      return 'Ranked by how far each is beyond its limit: how important the inputs are to the model is not known.'
  }
}

function cellsOf(
  page: AlertPage,
  { member, importance, impact }: Contributor<AlertMemberItem>,
  zone: string,
) {
  const { evaluation } = member
  const metric = getMetric(evaluation.metric)
  const { bins } = evaluation.detail
  return [
    <WhatLink key="what" page={page} member={member} />,
    metric.label,
    <Status key="verdict" name={evaluation.verdict} word={breachWord(metric.unit, evaluation.verdict)} />,
    ...formatPair(evaluation.value, evaluation.limit, metric.unit),
    member.ratio === null ? '–' : `${formatNumber(member.ratio)} ×`,
    ...(page.importances === null ? [] : [formatNumber(importance, 2), formatNumber(impact, 2)]),
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
