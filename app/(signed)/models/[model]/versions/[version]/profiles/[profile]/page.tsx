/** Owns the page of one reference profile: its columns, what is expected of them, and making it the active one. */
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { loadScope, type ModelPageProps, modelTitle } from '@/app/(signed)/models/[model]/load-scope'
import { ModelFrame } from '@/app/(signed)/models/[model]/model-frame'
import { ActivateButton } from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/activate-button'
import styles from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/profile.module.css'
import { ProfileColumns } from '@/app/(signed)/models/[model]/versions/[version]/profiles/[profile]/profile-columns'
import { profilePath } from '@/app/(signed)/models/[model]/versions/profile-path'
import { LongList } from '@/app/components/long-list'
import { Section, Tile, Tiles } from '@/app/components/page-parts'
import { Status } from '@/app/components/status'
import { formatCount, formatInstant, formatNumber } from '@/app/format'
import { fromSegment } from '@/app/links'
import { orNotFound } from '@/app/session'
import { getProfilePage, type ProfilePage } from '@/lib/queries/profile'

interface Props extends ModelPageProps {
  readonly params: Promise<{ model: string; version: string; profile: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: await modelTitle(params, 'Reference profile') }
}

export default async function ReferenceProfilePage(props: Props) {
  const params = await props.params
  const versionName = fromSegment(params.version)
  const profileId = /^\d{1,15}$/.test(params.profile) ? Number(params.profile) : null
  const loaded = await loadScope(props)
  const version = loaded.scope.versions.find((candidate) => candidate.name === versionName)
  if (!version || profileId === null) notFound()
  const { ctx, scope, search, query, zone, isAdmin } = loaded
  const profile = await orNotFound(getProfilePage(ctx, version, profileId))
  const isEditable = isAdmin && profile.status === 'draft'
  return (
    <ModelFrame
      scope={{ ...scope, version }}
      query={{ ...query, version: version.name }}
      tab="versions"
      zone={zone}
      title={`Reference profile, revision ${profile.revision}`}
      sentence={headline(profile, zone)}
      hasRange={false}
    >
      <div className={styles.state}>
        <Status name={profile.status} />
        {isEditable && (
          <ActivateButton model={scope.model.name} version={version.name} profileId={profile.id} />
        )}
      </div>
      <Tiles>
        <Tile label="Source" value={<bdi>{profile.source.name}</bdi>} note={profile.source.format} />
        <Tile label="Rows" value={formatCount(profile.rows)} />
        <Tile label="Columns" value={formatCount(profile.columns.length)} />
        {profile.problem && (
          <Tile
            label="Problem"
            value={profile.problem}
            note={profile.positiveClass === null ? null : <bdi>positive class {profile.positiveClass}</bdi>}
          />
        )}
        {Object.entries(profile.quality?.metrics ?? {}).map(([name, value]) => (
          <Tile
            key={name}
            label={`${name.replaceAll('_', ' ')} on the reference`}
            value={formatNumber(value)}
          />
        ))}
      </Tiles>
      {profile.warnings.length > 0 && (
        <Section title="Look at these first">
          <ul className={styles.warnings}>
            {profile.warnings.map((warning) => (
              <li key={warning}>
                <bdi>{warning}</bdi>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <LongList
        path={profilePath(scope.model.name, version.name, profile.id)}
        query={query}
        search={search}
        what="columns"
        rows={profile.columns}
        textsOf={({ name }) => [name]}
      >
        {(shown) => (
          <ProfileColumns
            columns={shown}
            isEditable={isEditable}
            model={scope.model.name}
            version={version.name}
            profileId={profile.id}
          />
        )}
      </LongList>
    </ModelFrame>
  )
}

function headline(profile: ProfilePage, zone: string): string {
  if (profile.status === 'draft') {
    return 'This draft is not in force. Check what it expects of each column, then activate it; from then on it cannot change.'
  }
  const since = `in force since ${formatInstant(profile.activatedMs, zone)}`
  return profile.status === 'active'
    ? `This profile is ${since}.`
    : 'This profile was replaced by a newer one.'
}
