/** Owns what all pages of one model share: its name, the version looked at, the tabs, the span of time. */
import Link from 'next/link'
import type { ReactNode } from 'react'
import styles from '@/app/(signed)/models/[model]/model-frame.module.css'
import { VersionPicker } from '@/app/(signed)/models/[model]/version-picker'
import { Name } from '@/app/components/name'
import { PageHeader, Quiet } from '@/app/components/page-parts'
import { RangePicker } from '@/app/components/range-picker'
import { Tabs } from '@/app/components/tabs'
import { formatInstant } from '@/app/format'
import { modelPath, type Query, withQuery } from '@/app/links'
import type { ModelScope } from '@/lib/queries/model-scope'

export type ModelTab = 'overview' | 'inputs' | 'outputs' | 'software' | 'slices' | 'versions' | 'settings'

const TABS: readonly (readonly [ModelTab, string, string])[] = [
  ['overview', '', 'Overview'],
  ['inputs', '/inputs', 'Inputs'],
  ['outputs', '/outputs', 'Outputs'],
  ['software', '/software', 'Software'],
  ['slices', '/slices', 'Slices'],
  ['versions', '/versions', 'Versions'],
  ['settings', '/settings', 'Settings'],
]

export function ModelFrame({
  scope,
  query,
  tab,
  zone,
  sentence,
  path,
  hasRange = true,
  title,
  children,
}: {
  scope: ModelScope
  /** Range, version and zone as in the address. */
  query: Query
  tab: ModelTab
  zone: string
  sentence: ReactNode
  /** This page, for the range picker. */
  path?: string
  hasRange?: boolean
  title?: ReactNode
  children: ReactNode
}) {
  const base = modelPath(scope.model.name)
  const here = path ?? base + (TABS.find(([name]) => name === tab)?.[1] ?? '')
  return (
    <>
      <PageHeader
        above={
          <>
            <Link href="/" prefetch={false}>
              Models
            </Link>
            {title && (
              <>
                {' / '}
                <Link href={withQuery(base, query)} prefetch={false}>
                  <Name>{scope.model.name}</Name>
                </Link>
              </>
            )}
          </>
        }
        title={title ?? <Name wrap>{scope.model.name}</Name>}
        sentence={sentence}
        aside={<VersionPicker scope={scope} query={query} path={here} />}
      />
      <div className={styles.bar}>
        <Tabs
          label="Model"
          items={[
            ...TABS.map(([name, suffix, text]) => ({
              href: withQuery(base + suffix, query),
              text,
              isHere: name === tab,
            })),
            {
              href: withQuery('/monitors', { model: scope.model.name }),
              text: 'Monitors',
              isHere: false,
            },
          ]}
        />
        {hasRange && <RangePicker path={here} query={query} range={scope.range} />}
      </div>
      {hasRange && scope.range.isAnchoredToData && (
        <Quiet>
          The newest data ends {formatInstant(scope.range.endMs, zone)}; the charts end there too.
        </Quiet>
      )}
      {children}
    </>
  )
}
