/** Owns the list of pages that shared checks visit. */
import { inputPath, modelPath, toSegment } from '../../app/links'
import type { Cast, Seeded } from '../support/seed'

export function everyPage(cast: Cast, { alertId, profileId }: Seeded): string[] {
  const model = modelPath(cast.model)
  return [
    '/',
    model,
    `${model}/inputs`,
    inputPath(cast.model, cast.drifting),
    inputPath(cast.model, cast.category),
    `${model}/outputs`,
    `${model}/outputs/score`,
    `${model}/software`,
    `${model}/versions`,
    `${model}/versions/${toSegment(cast.version)}/profiles/${profileId}`,
    `${model}/settings`,
    '/alerts',
    '/alerts?state=resolved',
    '/alerts?state=silenced',
    `/alerts/${alertId}`,
    '/monitors',
    `/monitors?model=${encodeURIComponent(cast.model)}`,
    '/monitors/1',
    '/ingest',
    '/settings/keys',
    '/settings/channels',
    '/nothing-here',
  ]
}
