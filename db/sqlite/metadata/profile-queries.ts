/** Owns the queries of reference profiles. */
import { and, desc, eq, max, sql } from 'drizzle-orm'
import type { NewMonitor, ProfileRecords } from '@/db/contracts/profile-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { insertMonitors, type MonitorQueries } from '@/db/sqlite/metadata/monitor-queries'
import { versions } from '@/db/sqlite/schema/models'
import { profiles } from '@/db/sqlite/schema/profiles'
import { columnKey } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Expectation, Profile, StoredProfile } from '@/lib/domain/profile'

type ProfileRow = typeof profiles.$inferSelect

function toProfile({ body, chunks, ...row }: ProfileRow): StoredProfile {
  return { ...row, profile: { ...fromJson<Profile>(body), chunks: fromJson(chunks) } }
}

/** The body without its chunks, and the chunks, as they are stored. */
function toTexts({ chunks, ...body }: Profile): { body: string; chunks: string } {
  return { body: JSON.stringify(body), chunks: JSON.stringify(chunks) }
}

/** Columns by key, `input:MedInc`, or by bare name where only one has it. */
function replaceExpectations(
  profile: Profile,
  column: string,
  expectations: readonly Expectation[],
): Profile {
  const byKey = profile.columns.filter((candidate) => columnKey(candidate) === column)
  const matches = byKey.length > 0 ? byKey : profile.columns.filter(({ name }) => name === column)
  const [match] = matches
  if (!match) throw new AppError('not_found', `The profile has no column "${column}".`)
  return {
    ...profile,
    columns: profile.columns.map((entry) => (entry === match ? { ...entry, expectations } : entry)),
  }
}

type ProfileQueries = Omit<ProfileRecords, keyof MonitorQueries>

export function createProfileQueries({ orm, units }: Handle): ProfileQueries {
  const byId = orm
    .select()
    .from(profiles)
    .where(eq(profiles.id, sql.placeholder('profileId')))
    .prepare()

  function getRow(profileId: number): ProfileRow {
    const row = byId.get({ profileId })
    if (!row) throw new AppError('not_found', 'There is no such profile.')
    return row
  }

  function activate(profileId: number, monitors: readonly NewMonitor[], nowMs: number): StoredProfile {
    const row = getRow(profileId)
    if (row.status === 'active') return toProfile(row)
    if (row.status === 'superseded') {
      throw new AppError('conflict', 'This profile was replaced by another; upload it again to use it.')
    }
    orm
      .update(profiles)
      .set({ status: 'superseded' })
      .where(and(eq(profiles.versionId, row.versionId), eq(profiles.status, 'active')))
      .run()
    orm.update(profiles).set({ status: 'active', activatedMs: nowMs }).where(eq(profiles.id, profileId)).run()
    orm.update(versions).set({ profileId }).where(eq(versions.id, row.versionId)).run()
    insertMonitors(orm, monitors)
    return toProfile({ ...row, status: 'active', activatedMs: nowMs })
  }

  return {
    addProfile: (versionId, profile, nowMs) =>
      units.write(() => {
        const newest = orm
          .select({ revision: max(profiles.revision) })
          .from(profiles)
          .where(eq(profiles.versionId, versionId))
          .get()
        const revision = (newest?.revision ?? 0) + 1
        const values = {
          versionId,
          revision,
          status: 'draft' as const,
          createdMs: nowMs,
          ...toTexts(profile),
        }
        return toProfile(orm.insert(profiles).values(values).returning().get())
      }),
    findProfile: (profileId) =>
      units.read(() => {
        const row = byId.get({ profileId })
        return row ? toProfile(row) : null
      }),
    listProfiles: (versionId) =>
      units.read(() => {
        const { id, revision, status, createdMs, activatedMs, body } = profiles
        return orm
          .select({ id, versionId: profiles.versionId, revision, status, createdMs, activatedMs, body })
          .from(profiles)
          .where(eq(profiles.versionId, versionId))
          .orderBy(desc(profiles.revision))
          .all()
          .map((row) => toProfile({ ...row, chunks: '[]' }))
      }),
    updateExpectations: (profileId, column, expectations) =>
      units.write(() => {
        const row = getRow(profileId)
        if (row.status !== 'draft') {
          throw new AppError('conflict', 'A profile cannot be changed once it is active; upload a new one.')
        }
        const stored = toProfile(row)
        const profile = replaceExpectations(stored.profile, column, expectations)
        orm
          .update(profiles)
          .set({ body: toTexts(profile).body })
          .where(eq(profiles.id, profileId))
          .run()
        return { ...stored, profile }
      }),
    activateProfile: (profileId, monitors, nowMs) => units.write(() => activate(profileId, monitors, nowMs)),
  }
}
