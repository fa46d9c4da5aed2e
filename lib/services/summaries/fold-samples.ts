/** Owns summarising samples of what services use: buckets of their own, beside those of records. */
import type { RecordBlock } from '@/db/contracts/log-store'
import { type DueWindow, NO_RECORDS, type SummaryDelta, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { readSideName } from '@/lib/domain/side-log'
import { alignDown, BUCKET_LEVELS, BUCKET_SIZE_MS } from '@/lib/domain/time'
import { minutesFromMs } from '@/lib/services/summaries/fold-blocks'
import { windowsAround } from '@/lib/services/verdicts/reopen-windows'
import { encodeSummary } from '@/lib/summary/codec'
import { foldResources } from '@/lib/summary/fold-resources'

/**
 * Deltas of these samples, and the windows that are judged again for them: those that hold records. A service that is
 * idle is not judged by what it uses meanwhile.
 * @param blocks of samples only
 */
export async function foldSamples(
  ctx: Context,
  blocks: readonly RecordBlock[],
): Promise<{ deltas: SummaryDelta[]; dueWindows: DueWindow[] }> {
  const deltas: SummaryDelta[] = []
  const dueWindows: DueWindow[] = []
  for (const [model, versions] of groupSamples(blocks)) {
    for (const [versionName, samples] of versions) {
      const known = await ctx.metadata.registerVersion(model, versionName, ctx.nowMs)
      const { version } = known
      deltas.push(...deltasOf(version.id, samples, minutesFromMs(ctx)))
      if (version.profileId === null) continue
      const instants = samples.map(({ at }) => at)
      dueWindows.push(...(await windowsAround(ctx, known.model, version.id, instants)))
    }
  }
  return { deltas, dueWindows }
}

/** By model, then by version. */
function groupSamples(blocks: readonly RecordBlock[]): Map<string, Map<string, PredictionRecord[]>> {
  const models = new Map<string, Map<string, PredictionRecord[]>>()
  for (const block of blocks) {
    const model = readSideName(block.model)?.model
    if (model === undefined) continue
    const versions = models.get(model) ?? new Map<string, PredictionRecord[]>()
    models.set(model, versions)
    const samples = versions.get(block.version) ?? []
    versions.set(block.version, samples)
    for (const sample of block.records) samples.push(sample)
  }
  return models
}

function deltasOf(versionId: number, samples: readonly PredictionRecord[], fromMs: number): SummaryDelta[] {
  return BUCKET_LEVELS.flatMap((level) => {
    const buckets = new Map<number, PredictionRecord[]>()
    for (const sample of samples) {
      if (level === 'minute' && sample.at < fromMs) continue
      const startMs = alignDown(sample.at, BUCKET_SIZE_MS[level])
      const bucket = buckets.get(startMs)
      if (bucket) bucket.push(sample)
      else buckets.set(startMs, [sample])
    }
    return [...buckets].map(([startMs, held]) => ({
      key: { versionId, profileId: NO_RECORDS, level, startMs, columnId: TRAFFIC_SERIES },
      bytes: encodeSummary(foldResources(held)),
    }))
  })
}
