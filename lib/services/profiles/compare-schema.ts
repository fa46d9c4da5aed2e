/** Owns the difference between the columns of a reference and those of the records that already came. */
import type { Context } from '@/lib/access/context'
import type { Profile } from '@/lib/domain/profile'

export interface SchemaDifference {
  /** Features that records carry and the reference does not have. */
  readonly onlyInRecords: readonly string[]
  /** Features of the reference that no record carried so far. */
  readonly onlyInReference: readonly string[]
}

/** @returns null when no record of the version was summarised yet */
export async function compareWithLive(
  ctx: Context,
  versionId: number,
  profile: Profile,
): Promise<SchemaDifference | null> {
  const version = await ctx.metadata.findVersionById(versionId)
  if (!version || version.lastRecordMs === null) return null
  const registered = await ctx.metadata.listColumns(versionId)
  const live = new Set(registered.filter(({ family }) => family === 'input').map(({ name }) => name))
  const known = new Set(profile.columns.filter(({ family }) => family === 'input').map(({ name }) => name))
  const features = profile.columns.filter(({ role }) => role === 'feature').map(({ name }) => name)
  return {
    onlyInRecords: [...live].filter((name) => !known.has(name)).sort(),
    onlyInReference: features.filter((name) => !live.has(name)).sort(),
  }
}

export function isDifferent(difference: SchemaDifference | null): boolean {
  return difference !== null && difference.onlyInRecords.length + difference.onlyInReference.length > 0
}
