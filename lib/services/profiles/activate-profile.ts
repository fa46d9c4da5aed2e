/** Owns making a draft the active profile of its version: from then on live records are compared with it. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import type { ColumnRef } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Profile, StoredProfile } from '@/lib/domain/profile'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { customMonitorsFor } from '@/lib/services/custom/custom-monitors-for'
import { compareWithLive, isDifferent } from '@/lib/services/profiles/compare-schema'

/** Room for outputs and software columns beside the features. */
const MAX_OTHER_COLUMNS = 50

/**
 * Registers the profile's columns, makes its monitors and activates it in one commit. The worker then summarises the
 * version's log again under the new profile, from the position it stands at.
 * @throws AppError `not_found`; `conflict` when it was superseded, or (reason `schema_differs`) when records already
 *   came with other features and that was not confirmed
 */
export async function activateProfile(
  ctx: Context,
  request: { readonly profileId: number; readonly confirmDifferences?: boolean },
): Promise<StoredProfile> {
  requireScope(ctx.principal, 'admin')
  const stored = await ctx.metadata.findProfile(request.profileId)
  const version = stored && (await ctx.metadata.findVersionById(stored.versionId))
  if (!stored || !version) throw new AppError('not_found', 'There is no such profile.')
  const difference = await compareWithLive(ctx, version.id, stored.profile)
  if (stored.status === 'draft' && isDifferent(difference) && !request.confirmDifferences) {
    throw new AppError(
      'conflict',
      'Records of this version carry other features than the profile. Activate it with confirmation if that is meant.',
      { reason: 'schema_differs', ...difference },
    )
  }
  await ctx.metadata.registerColumns(
    version.id,
    measuredColumns(stored.profile),
    ctx.limits.maxFeaturesPerModel + MAX_OTHER_COLUMNS,
  )
  const customs = await customMonitorsFor(ctx, version, stored.id)
  const active = await ctx.metadata.activateProfile(
    stored.id,
    [...createMonitors(version, stored), ...customs],
    ctx.nowMs,
  )
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'profile.activated',
    subject: `profile ${stored.revision} of version ${version.name}`,
  })
  return active
}

/** Columns that records carry; labels come apart, and ids and times are no measurements. */
function measuredColumns(profile: Profile): ColumnRef[] {
  return profile.columns
    .filter(
      ({ role }) => role === 'feature' || role === 'prediction' || role === 'score' || role === 'latency',
    )
    .map(({ family, name }) => ({ family, name }))
}
