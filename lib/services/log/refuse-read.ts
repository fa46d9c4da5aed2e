/** Owns refusals of records that could be read, and the ids that refused records without one get when they are taken later. */
import { readEventId } from '@/lib/domain/model-event'
import type { PredictionRecord, Refusal, RefusalOrigin, RefusedKind } from '@/lib/domain/record'
import type { SideKind } from '@/lib/domain/side-log'
import { MINUTE_MS } from '@/lib/domain/time'
import { asSent } from '@/lib/ingest/as-sent'
import type { Fault } from '@/lib/ingest/fault'
import type { ParsedBatch, ParsedGroup } from '@/lib/ingest/parse-batch'

/** A body without ids that is sent again within this time is a retry. */
const RETRY_MS = 15 * MINUTE_MS

/** The refusal of a record that was read, and then found to be beyond a limit. */
export function refuseRead(
  { model, version }: ParsedGroup,
  record: PredictionRecord,
  index: number,
  fault: Fault,
  rules: number | undefined,
): Refusal & { readonly model: string } {
  const raw = JSON.stringify(asSent(record, version))
  const origin = originOf('records', model, rules)
  return { index, ...fault, predictionId: record.id, raw, model, origin }
}

/** The same of an event or a sample. */
export function refuseSide(
  kind: SideKind,
  { model, version }: ParsedGroup,
  record: PredictionRecord,
  index: number,
  fault: Fault,
  rules: number | undefined,
): Refusal & { readonly model: string } {
  const { f, m, cpu, t } = record
  const timestamp = record.ta === 1 ? undefined : new Date(record.at).toISOString()
  const { predictionId, event } =
    kind === 'events' ? readEventId(record.id) : { predictionId: null, event: null }
  const said =
    kind === 'events'
      ? { model, prediction_id: predictionId, event, ...f, timestamp }
      : { model, version, timestamp, memory_bytes: m, load: cpu, ...f, ...t }
  const origin = originOf(kind, model, rules)
  return { index, ...fault, predictionId, raw: JSON.stringify(said), model, origin }
}

function originOf(kind: RefusedKind, model: string, rules: number | undefined): RefusalOrigin {
  return { kind, model, around: null, state: 'whole', rules: rules ?? null, id: null }
}

/**
 * Takes the records with a fault out of a group, and adds their refusals to the batch.
 * @param faultOf  what is wrong with a record, or null
 */
export function refuseFrom(
  batch: ParsedBatch,
  group: ParsedGroup,
  faultOf: (record: PredictionRecord) => Fault | null,
  refusalOf: (record: PredictionRecord, index: number, fault: Fault) => Refusal & { readonly model: string },
): void {
  let kept = 0
  for (let i = 0; i < group.records.length; i++) {
    const record = group.records[i]
    const index = group.indexes[i]
    if (record === undefined || index === undefined) continue
    const fault = faultOf(record)
    if (fault !== null) {
      batch.refusals.push(refusalOf(record, index, fault))
      continue
    }
    group.records[kept] = record
    group.indexes[kept++] = index
  }
  if (kept === group.records.length) return
  group.records.length = kept
  group.indexes.length = kept
}

/** Gives refused records the id under which they would be stored, where they have none: the same for every retry. */
export function nameRefused(batch: ParsedBatch, bodyHash: () => string, nowMs: number): void {
  if (batch.refusals.length === 0) return
  const seen = new Map<number, number>()
  const quarter = Math.floor(nowMs / RETRY_MS).toString(36)
  for (let i = 0; i < batch.refusals.length; i++) {
    const refusal = batch.refusals[i]
    // Labels and events are known by their predictions.
    const kind = refusal?.origin?.kind
    if (refusal?.origin === undefined || kind === 'labels' || kind === 'events') continue
    // Rows that came as one record share its place.
    const row = seen.get(refusal.index) ?? 0
    seen.set(refusal.index, row + 1)
    const id = `~${bodyHash()}.q${quarter}#${refusal.index}${row === 0 ? '' : `.${row}`}`
    batch.refusals[i] = { ...refusal, origin: { ...refusal.origin, id } }
  }
}
