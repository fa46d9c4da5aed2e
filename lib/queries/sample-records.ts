/** Owns a few records of a window as examples, cut to the columns that an alert is about. */
import type { Context } from '@/lib/access/context'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import type { TimeRange } from '@/lib/domain/time'

const MAX_SAMPLES = 5
const MAX_COLUMNS = 6
const MAX_TEXT = 80

export interface SampleRecord {
  readonly id: string
  readonly atMs: number
  readonly prediction: string
  readonly values: readonly { readonly name: string; readonly text: string }[]
}

/** Records of the version from this window, each with the values of these input columns only. */
export async function listSampleRecords(
  ctx: Context,
  model: string,
  version: string,
  window: TimeRange,
  columns: readonly string[],
): Promise<SampleRecord[]> {
  const names = [...new Set(columns)].slice(0, MAX_COLUMNS)
  const found = await ctx.log.recordsBetween(model, version, window, MAX_SAMPLES)
  return found.map((record) => ({
    id: cut(record.id),
    atMs: record.at,
    prediction: textOf(record.p ?? record.s),
    values: names.map((name) => ({ name, text: textOf(featureOf(record, name)) })),
  }))
}

function featureOf(record: PredictionRecord, name: string): Scalar | undefined {
  return Object.hasOwn(record.f, name) ? record.f[name] : undefined
}

function textOf(value: Scalar | undefined): string {
  if (value === undefined || value === null) return '(missing)'
  return cut(typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value))
}

function cut(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
}
