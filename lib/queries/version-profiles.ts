/** Owns the question: which reference profiles does a version have, and which one speaks for it? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { StoredProfile } from '@/lib/domain/profile'
import { findVersions } from '@/lib/queries/find-versions'

/** Newest first, without chunks. @throws AppError `not_found` */
export async function listProfiles(ctx: Context, model: string, version: string): Promise<StoredProfile[]> {
  requireScope(ctx.principal, 'read')
  const { versions } = await findVersions(ctx, model, version)
  const [found] = versions
  return found ? ctx.metadata.listProfiles(found.id) : []
}

/**
 * One profile of a version, whole: the one with this id, else the active one or the newest.
 * @returns null when the version has no such profile
 * @throws AppError `not_found` for an unknown model or version
 */
export async function findProfile(
  ctx: Context,
  wish: { model: string; version: string; profileId?: number; prefer?: 'active' | 'newest' },
): Promise<StoredProfile | null> {
  const profiles = await listProfiles(ctx, wish.model, wish.version)
  const active =
    wish.prefer === 'active' ? profiles.find((profile) => profile.status === 'active') : undefined
  const wanted =
    wish.profileId === undefined
      ? (active ?? profiles[0])
      : profiles.find((profile) => profile.id === wish.profileId)
  return wanted ? ctx.metadata.findProfile(wanted.id) : null
}
