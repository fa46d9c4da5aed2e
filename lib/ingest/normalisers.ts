/** Owns which reader turns one JSON object into what a request sends: a record, a label, an event or a sample. */
import type { RefusedKind } from '@/lib/domain/record'
import { EventNormaliser } from '@/lib/ingest/normalise-event'
import { LabelNormaliser } from '@/lib/ingest/normalise-label'
import { RecordNormaliser } from '@/lib/ingest/normalise-record'
import { ResourceNormaliser } from '@/lib/ingest/normalise-resource'

export const NORMALISERS = {
  records: RecordNormaliser,
  labels: LabelNormaliser,
  events: EventNormaliser,
  resources: ResourceNormaliser,
} as const satisfies Record<RefusedKind, unknown>
