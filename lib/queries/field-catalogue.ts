/** Owns the question: which fields may an expression of a model read, and of which type are they? */
import type { Context } from '@/lib/access/context'
import type { ExpressionType } from '@/lib/domain/custom-metric'
import type { Model } from '@/lib/domain/model'
import { KNOWN_EVENTS } from '@/lib/domain/model-event'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { RECORD_FIELDS } from '@/lib/expression/field-names'
import { listEventNames } from '@/lib/queries/event-names'

/** Records that tell the types of what no profile knows. */
export const SAMPLE_RECORDS = 1_000

export interface FieldCatalogue {
  /** By key. */
  readonly types: ReadonlyMap<string, ExpressionType>
  /** The newest records, newest first: types come from them where profiles say nothing. */
  readonly records: readonly { readonly version: string; readonly record: PredictionRecord }[]
}

/** Numbers of values by what they are. */
type Tally = Record<ExpressionType, number>

/** Types of the newest active profile come first, then what most of the newest records hold. */
export async function readFieldCatalogue(ctx: Context, model: Model): Promise<FieldCatalogue> {
  const [records, events, versions] = await Promise.all([
    ctx.log.latestRecords(model.name, null, SAMPLE_RECORDS),
    listEventNames(ctx, model.name),
    ctx.metadata.listVersions(model.id),
  ])
  const tallies = new Map<string, Tally>()
  for (const { record } of records) tallyRecord(tallies, record)
  const types = new Map<string, ExpressionType>()
  for (const [key, tally] of tallies) types.set(key, typeOf(tally))
  for (const [name, type] of Object.entries(RECORD_FIELDS)) if (type) types.set(`record:${name}`, type)
  for (const version of versions) {
    if (version.profileId === null) continue
    const stored = await ctx.metadata.findProfile(version.profileId)
    for (const { name, role, family, type } of stored?.profile.columns ?? []) {
      const known =
        type === 'boolean' ? 'boolean' : type === 'integer' || type === 'number' ? 'number' : 'text'
      // Records decide of predictions: reference files often hold 0 and 1 where classes are sent.
      if (role === 'prediction' && !types.has('record:prediction')) types.set('record:prediction', known)
      else if (role === 'feature' && family === 'input' && !tallies.has(`input:${name}`))
        types.set(`input:${name}`, known)
    }
  }
  for (const event of [...KNOWN_EVENTS, ...events]) types.set(`event:${event}`, 'boolean')
  return { types, records }
}

function tallyRecord(tallies: Map<string, Tally>, record: PredictionRecord): void {
  for (const [name, value] of Object.entries(record.f)) tally(tallies, `input:${name}`, value)
  if (record.p !== undefined) tally(tallies, 'record:prediction', record.p)
  for (const [name, value] of Object.entries(record.ss ?? {})) tally(tallies, `scores:${name}`, value)
  for (const [name, value] of Object.entries(record.t ?? {})) tally(tallies, `tag:${name}`, value)
}

function tally(tallies: Map<string, Tally>, key: string, value: Scalar): void {
  const counts = tallies.get(key) ?? { number: 0, text: 0, boolean: 0 }
  tallies.set(key, counts)
  if (typeof value === 'number') counts.number++
  else if (typeof value === 'boolean') counts.boolean++
  else if (value !== null && value !== '') counts.text++
}

/** A column without any value is a number: that is what most are, and the definition can be saved again. */
function typeOf({ number, text, boolean }: Tally): ExpressionType {
  if (text > number && text >= boolean) return 'text'
  return boolean > number ? 'boolean' : 'number'
}
