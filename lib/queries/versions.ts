/** Owns the question: which versions does a model have, and how well is each described? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Version } from '@/lib/domain/model'
import type { ProfileStatus, StoredProfile } from '@/lib/domain/profile'

export interface ProfileItem {
  readonly id: number
  readonly revision: number
  readonly status: ProfileStatus
  readonly createdMs: number
  readonly activatedMs: number | null
  readonly source: string
  readonly rows: number
  readonly columns: number
  readonly warnings: number
}

export interface VersionItem {
  readonly version: Version
  readonly profiles: readonly ProfileItem[]
  readonly openAlerts: number
}

/** Versions as given, each with its profiles, newest first. */
export async function listVersionItems(ctx: Context, versions: readonly Version[]): Promise<VersionItem[]> {
  requireScope(ctx.principal, 'read')
  const counts = await ctx.metadata.countOpenAlerts()
  const items: VersionItem[] = []
  for (const version of versions) {
    const count = counts.find((entry) => entry.versionId === version.id)
    const profiles = await ctx.metadata.listProfiles(version.id)
    items.push({
      version,
      profiles: profiles.map(toItem),
      openAlerts: (count?.critical ?? 0) + (count?.warning ?? 0),
    })
  }
  return items
}

function toItem(stored: StoredProfile): ProfileItem {
  const { profile } = stored
  return {
    id: stored.id,
    revision: stored.revision,
    status: stored.status,
    createdMs: stored.createdMs,
    activatedMs: stored.activatedMs,
    source: profile.source.name,
    rows: profile.rows,
    columns: profile.columns.length,
    warnings: profile.warnings.length,
  }
}
