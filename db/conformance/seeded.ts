/** Owns what a metadata suite finds in its store before a test begins: a version with monitors, a channel. */
import {
  NOW_MS,
  newMonitor,
  profile,
  type Seeded,
  type SeededVersion,
} from '@/db/conformance/metadata-samples'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Monitor } from '@/lib/domain/monitor'

export interface MetadataHarness {
  readonly metadata: MetadataStore
  /** On the same data: due windows are settled by verdicts. */
  readonly series: SeriesStore
  dispose(): Promise<void>
}

export type OpenMetadata = () => Promise<MetadataHarness>

/** The first version of a model, whose profile is activated with monitors that differ from `newMonitor` as told. */
export async function seedMonitors(
  metadata: MetadataStore,
  model: string,
  changes: readonly Partial<NewMonitor>[],
): Promise<SeededVersion & { readonly monitors: readonly Monitor[] }> {
  const seeded = await metadata.registerVersion(model, '1', NOW_MS)
  const versionId = seeded.version.id
  const { id: profileId } = await metadata.addProfile(versionId, profile(), NOW_MS)
  const monitors = changes.map((change) => newMonitor(versionId, profileId, change))
  await metadata.activateProfile(profileId, monitors, NOW_MS)
  return { ...seeded, profileId, monitors: await metadata.listMonitors(versionId) }
}

export async function seedVersion(metadata: MetadataStore): Promise<Seeded> {
  const { monitors, ...seeded } = await seedMonitors(metadata, 'fraud', [
    {},
    { metric: 'volume', column: null, method: null, cause: 'no_data', severity: 'critical' },
  ])
  const [drift, volume] = monitors
  if (!drift || !volume) throw new RangeError('both monitors were added')
  return { ...seeded, drift, volume }
}

export function seedChannel(metadata: MetadataStore, name = 'pager') {
  const secret = { url: 'https://example.org/hook?t=1', secret: 'whsec_x', host: 'example.org' }
  return metadata.addChannel({ name, kind: 'webhook', enabled: true, createdMs: NOW_MS, ...secret })
}
