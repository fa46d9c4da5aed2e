/** Owns the noun validated record: what was found in one record of a request. */
import type { ModelSettings } from '@/lib/domain/model'
import type { Finding } from '@/lib/profile/check-record'

export interface ValidatedRecord {
  readonly index: number
  readonly predictionId: string | null
  readonly model: string | null
  /** Version whose reference it was checked against; null where there is none. */
  readonly version: string | null
  readonly mode: ModelSettings['validation'] | null
  readonly accepted: boolean
  readonly findings: readonly (Omit<Finding, 'code'> & { readonly code: string })[]
}
