/** Owns the address of a profile's page. */
import { modelPath, toSegment } from '@/app/links'

export function profilePath(model: string, version: string, profileId: number): string {
  return `${modelPath(model)}/versions/${toSegment(version)}/profiles/${profileId}`
}
