/** Owns the list of pages that shared checks visit. */
import { inputPath, modelPath, toSegment } from '../../app/links'
import type { Cast, Seeded } from '../support/seed'

/** What is needed of a model to open its pages. */
export type Named = Pick<Cast, 'model' | 'version' | 'drifting' | 'category'>

/** Before the door; whoever is in, and an instance that has an owner, leads on from here. */
export const DOOR_PAGES: readonly string[] = ['/sign-in', '/setup']

/** Every page behind the door; `page-files` tells whether one is missing. */
export function everyPage(cast: Named, { alertId, profileId }: Seeded): string[] {
  const model = modelPath(cast.model)
  return [
    '/',
    model,
    `${model}/inputs`,
    inputPath(cast.model, cast.drifting),
    inputPath(cast.model, cast.category),
    `${model}/outputs`,
    `${model}/outputs/score`,
    `${model}/metrics`,
    `${model}/software`,
    `${model}/slices`,
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
    '/settings/audit',
    '/nothing-here',
  ]
}
