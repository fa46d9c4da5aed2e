/** Owns the versions of a model and their reference profiles. */
import type { Metadata } from 'next'
import Link from 'next/link'
import { profileCommand } from '@/app/(signed)/ingest/snippets'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { profilePath } from '@/app/(signed)/models/[model]/versions/profile-path'
import { CodeBlock } from '@/app/components/code-block'
import { Name } from '@/app/components/name'
import { Quiet, Section } from '@/app/components/page-parts'
import { Pager } from '@/app/components/pager'
import { Status } from '@/app/components/status'
import { Table } from '@/app/components/table'
import { formatCount, formatInstant } from '@/app/format'
import { modelPath, withQuery } from '@/app/links'
import { partOf } from '@/app/paging'
import type { Version } from '@/lib/domain/model'
import { listVersionItems } from '@/lib/queries/versions'

/** Versions of one page: each has a section. */
const SECTIONS = 10

export async function generateMetadata({ params }: ModelPageProps): Promise<Metadata> {
  return { title: await modelTitle(params, 'Versions') }
}

export default async function VersionsPage(props: ModelPageProps) {
  const { ctx, scope, search, query, zone } = await loadScope(props)
  const part = partOf(scope.versions, search.page, SECTIONS)
  const items = await listVersionItems(ctx, part.rows)
  const bare = scope.versions.find(({ profileId }) => profileId === null)
  const example = bare?.name ?? '2'
  const base = modelPath(scope.model.name)
  return (
    <ModelFrame
      scope={scope}
      query={query}
      tab="versions"
      zone={zone}
      sentence={headline(scope.versions)}
      hasRange={false}
    >
      {items.map((item) => (
        <Section
          key={item.version.id}
          title={
            <>
              Version{' '}
              <Link href={withQuery(base, { ...query, version: item.version.name })} prefetch={false}>
                <Name>{item.version.name}</Name>
              </Link>
            </>
          }
          aside={
            <Status
              name={item.version.profileId === null ? 'not_monitored' : 'active'}
              word={item.version.profileId === null ? 'Not monitored' : `Monitored, ${item.version.mode}`}
            />
          }
          sentence={
            item.version.firstRecordMs === null
              ? 'No record has arrived.'
              : `Records from ${formatInstant(item.version.firstRecordMs, zone)} to ${formatInstant(item.version.lastRecordMs, zone)}.`
          }
        >
          {item.profiles.length === 0 ? (
            <Quiet>No reference profile yet.</Quiet>
          ) : (
            <Table
              label={`Profiles of version ${item.version.name}`}
              columns={[
                { head: 'Profile' },
                { head: 'State' },
                { head: 'Source' },
                { head: 'Rows', align: 'right' },
                { head: 'Columns', align: 'right' },
                { head: 'Warnings', align: 'right', minor: true },
                { head: `Made (${zone})`, minor: true },
              ]}
              rows={item.profiles.map((profile) => ({
                key: profile.id,
                cells: [
                  <Link
                    key="link"
                    href={profilePath(scope.model.name, item.version.name, profile.id)}
                    prefetch={false}
                  >
                    Revision {profile.revision}
                  </Link>,
                  <Status key="state" name={profile.status} />,
                  <Name key="source">{profile.source}</Name>,
                  formatCount(profile.rows),
                  formatCount(profile.columns),
                  formatCount(profile.warnings),
                  formatInstant(profile.createdMs, zone),
                ],
              }))}
            />
          )}
        </Section>
      ))}
      <Pager
        part={part}
        what="versions"
        hrefOf={(page) => withQuery(`${base}/versions`, { ...query, page })}
      />
      <Section
        title="Upload a profile"
        sentence="Send the rows the version was built on as CSV, JSON Lines or Parquet. Check what it expects, then activate it."
      >
        <CodeBlock
          label="the profile command"
          text={profileCommand(ctx.publicUrl, scope.model.name, example)}
        />
      </Section>
    </ModelFrame>
  )
}

function headline(items: readonly Version[]): string {
  if (items.length === 0) return 'No version is known yet.'
  const bare = items.filter(({ profileId }) => profileId === null).length
  if (bare === 0)
    return items.length === 1
      ? 'The one version is monitored.'
      : `All ${items.length} versions are monitored.`
  return `${bare} of ${items.length} versions ${bare === 1 ? 'has' : 'have'} no active reference profile and ${bare === 1 ? 'is' : 'are'} not monitored.`
}
