/** Owns reading a version's log again under a newly activated profile, step by step, beside live summarising. */
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import { oncePer } from '@/lib/domain/once-per'
import { foldIntoDeltas, runsOf } from '@/lib/services/summaries/fold-blocks'
import {
  foldingProfile,
  type Rebuild,
  readRebuild,
  writeRebuild,
} from '@/lib/services/summaries/rebuild-state'
import { rereadStep } from '@/lib/services/summaries/reread-log'
import { windowsWithin } from '@/lib/services/verdicts/reopen-windows'

/** Far enough on both sides for every instant a record may carry. */
const ALL_TIME = { startMs: Number.MIN_SAFE_INTEGER, endMs: Number.MAX_SAFE_INTEGER }

/** By store: the profile under which the log of a version is summarised to its end, which only another profile undoes. */
const finishedOf = oncePer((_store: MetadataStore) => new Map<number, number>())

/**
 * One step for every version whose active profile has not seen the whole log yet. The version's records up to the
 * border are summarised under it; then all of its windows become due. Traffic and quality are no matter of the
 * profile and stay as they are. Each step commits with its position.
 * @returns records read; 0 when nothing is left to rebuild
 */
export async function rebuildSummaries(ctx: Context): Promise<{ records: number }> {
  requireScope(ctx.principal, 'admin')
  const done = finishedOf(ctx.metadata)
  let records = 0
  for (const { versionId, modelId, profileId } of await ctx.metadata.listActiveProfiles()) {
    if (done.get(versionId) === profileId) continue
    const [model, version] = await Promise.all([
      ctx.metadata.findModelById(modelId),
      ctx.metadata.findVersionById(versionId),
    ])
    if (!model || !version) continue
    await foldingProfile(ctx, version, await ctx.series.position('records'))
    const rebuild = await readRebuild(ctx, versionId)
    if (rebuild?.state === 'running') records += await rebuildStep(ctx, model, version, rebuild)
    else if (rebuild?.state === 'done') done.set(versionId, rebuild.profileId)
  }
  return { records }
}

function rebuildStep(ctx: Context, model: Model, version: Version, rebuild: Rebuild): Promise<number> {
  const { until, profileId } = rebuild
  return rereadStep(ctx, {
    model,
    version,
    stage: `rebuild:${version.id}`,
    until,
    fold: async (blocks) => {
      const runs = blocks.flatMap((block) => runsOf(block, () => ({ late: false, backfill: block.backfill })))
      const input = { versionId: version.id, profileId, runs, withTraffic: false }
      return { deltas: await foldIntoDeltas(ctx, input) }
    },
    finish: async () => {
      await ctx.series.addDue(await windowsWithin(ctx, model, version.id, ALL_TIME))
      await writeRebuild(ctx, version.id, { ...rebuild, state: 'done' })
    },
  })
}
