/** Owns the question: what would a custom metric give on the newest records, and in the windows of the last day? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Aggregate, ExpressionType } from '@/lib/domain/custom-metric'
import { REDACTED } from '@/lib/domain/field-rule'
import type { Model, Version } from '@/lib/domain/model'
import { eventId } from '@/lib/domain/model-event'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { sideName } from '@/lib/domain/side-log'
import { DAY_MS, type TimeRange, windowsIn } from '@/lib/domain/time'
import { type CompiledMetric, emptyOutcome, type Outcome } from '@/lib/expression/compile-metric'
import { nameOfKey } from '@/lib/expression/field-names'
import { createRecordReader } from '@/lib/expression/read-record'
import { sayMissing } from '@/lib/monitor/measures/custom'
import { compileCustom } from '@/lib/queries/compile-custom'
import { readFieldCatalogue } from '@/lib/queries/field-catalogue'
import { requireModel } from '@/lib/queries/require-model'
import { createVeil, type Veil } from '@/lib/queries/veil'
import { CustomFold, type CustomSummary, customValue } from '@/lib/summary/custom'

const SAMPLE_ROWS = 10
const VEILED = ['prediction', 'score', 'latency', 'status', 'error'] as const
/** Windows of the last day, the newest ones, and records of each. */
const MAX_WINDOWS = 24
const RECORDS_A_WINDOW = 200

export interface PreviewRow {
  readonly predictionId: string
  readonly atMs: number
  /** By the name of the field in the expression. */
  readonly inputs: readonly { readonly name: string; readonly value: Scalar }[]
  readonly outcome: Outcome['kind']
  readonly value: number | null
  readonly reason: Outcome['reason'] | null
}

export interface PreviewWindow extends TimeRange {
  readonly value: number | null
  readonly n: number
  /** More records than were looked at. */
  readonly isSample: boolean
}

export interface CustomPreview {
  readonly aggregate: Aggregate
  readonly value: number | null
  readonly n: number
  /** Records that were looked at. */
  readonly records: number
  readonly missing: CustomSummary['missing']
  readonly undecided: number
  /** Why records have no value, as a sentence; empty where all have one. */
  readonly without: string
  readonly fields: readonly { readonly name: string; readonly type: ExpressionType }[]
  readonly rows: readonly PreviewRow[]
  readonly windows: readonly PreviewWindow[]
}

/** @throws AppError `not_found`; as compileCustom does */
export async function previewCustom(
  ctx: Context,
  modelName: string,
  expression: string,
): Promise<CustomPreview> {
  // Any function of a field can be asked for: that is for those who may see the fields.
  requireScope(ctx.principal, 'admin')
  const model = await requireModel(ctx, modelName)
  const catalogue = await readFieldCatalogue(ctx, model)
  const compiled = compileCustom(expression, catalogue.types)
  const newest = await foldAll(
    ctx,
    model,
    compiled,
    catalogue.records.map(({ record }) => record),
  )
  const { summary } = newest
  return {
    aggregate: compiled.aggregate,
    value: customValue(summary, compiled.aggregate),
    n: summary.n,
    records: catalogue.records.length,
    missing: summary.missing,
    undecided: summary.undecided,
    without: sayMissing(summary),
    fields: Object.entries(compiled.fields).map(([key, type]) => ({ name: nameOfKey(key), type })),
    rows: veilRows(
      newest.rows,
      compiled.keys,
      createVeil((await ctx.metadata.listFieldRules(model.id, 1))[0]?.rules ?? []),
    ),
    windows: await previewWindows(ctx, model, compiled),
  }
}

/** As the privacy rules of today allow. */
function veilRows(rows: readonly PreviewRow[], keys: readonly string[], veil: Veil): PreviewRow[] {
  const isShown = keys.map((key) => {
    const [space, name] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
    if (space === 'input') return veil.feature(name, 'x', null) === 'x'
    if (space !== 'record') return true
    const field = VEILED.find((each) => each === name)
    return field === undefined || veil.field(field, 'x') === 'x'
  })
  return rows.map((row) => ({
    ...row,
    predictionId: String(veil.field('id', row.predictionId) ?? ''),
    inputs: row.inputs.map(({ name, value }, i) => ({
      name,
      value: value === null || isShown[i] ? value : REDACTED,
    })),
    // What is computed from one hidden field alone tells it.
    value: isShown.every(Boolean) ? row.value : null,
  }))
}

/** The version that was heard last. */
async function latestVersion(ctx: Context, model: Model): Promise<Version | null> {
  const versions = await ctx.metadata.listVersions(model.id)
  return versions.reduce<Version | null>(
    (latest, version) => ((version.lastRecordMs ?? -1) > (latest?.lastRecordMs ?? -1) ? version : latest),
    null,
  )
}

async function previewWindows(
  ctx: Context,
  model: Model,
  compiled: CompiledMetric,
): Promise<PreviewWindow[]> {
  const version = await latestVersion(ctx, model)
  const lastMs = version?.lastRecordMs ?? null
  if (!version || lastMs === null) return []
  const ranges = windowsIn(model.settings.cadence, { startMs: lastMs - DAY_MS, endMs: lastMs + 1 }, 10_000)
  const windows: PreviewWindow[] = []
  for (const range of ranges.slice(-MAX_WINDOWS)) {
    const records = await ctx.log.recordsBetween(model.name, version.name, range, RECORDS_A_WINDOW)
    if (records.length === 0) continue
    const { summary } = await foldAll(ctx, model, compiled, records)
    windows.push({
      ...range,
      value: customValue(summary, compiled.aggregate),
      n: summary.n,
      isSample: records.length >= RECORDS_A_WINDOW,
    })
  }
  return windows
}

async function foldAll(
  ctx: Context,
  model: Model,
  compiled: CompiledMetric,
  records: readonly PredictionRecord[],
): Promise<{ summary: CustomSummary; rows: PreviewRow[] }> {
  const had = await eventsOf(ctx, model, compiled, records)
  const read = createRecordReader(compiled.keys)
  const fold = new CustomFold(compiled.aggregate)
  const outcome = emptyOutcome()
  const rows: PreviewRow[] = []
  for (const record of records) {
    const values: (Scalar | undefined)[] = []
    read(record, had.get(record.id) ?? new Set(), values)
    compiled.evaluate(values, outcome)
    fold.add(outcome)
    if (rows.length < SAMPLE_ROWS) {
      rows.push({
        predictionId: record.id,
        atMs: record.at,
        inputs: compiled.keys.map((key, i) => ({ name: nameOfKey(key), value: values[i] ?? null })),
        outcome: outcome.kind,
        value: outcome.kind === 'value' ? outcome.value : null,
        reason: outcome.kind === 'missing' ? outcome.reason : null,
      })
    }
  }
  return { summary: fold.finish(), rows }
}

async function eventsOf(
  ctx: Context,
  model: Model,
  { keys }: CompiledMetric,
  records: readonly PredictionRecord[],
): Promise<Map<string, Set<string>>> {
  const names = keys.flatMap((key) => (key.startsWith('event:') ? key.slice('event:'.length) : []))
  const had = new Map<string, Set<string>>()
  if (names.length === 0) return had
  const wanted = records.flatMap(({ id }) => names.map((name) => ({ id, name, key: eventId(id, name) })))
  const found = await ctx.log.findRecords(
    sideName('events', model.name),
    wanted.map(({ key }) => key),
  )
  for (const { id, name, key } of wanted)
    if (found.has(key)) had.set(id, (had.get(id) ?? new Set()).add(name))
  return had
}
