/** Owns the schema of a stored profile and of a mapping, and reading them from text that may come from anywhere. */
import * as z from 'zod'
import { COLUMN_ROLES, FAMILIES } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import {
  type ColumnMapping,
  type Expectation,
  MAX_CHUNKS,
  PROFILE_SCHEMA_VERSION,
  type Profile,
} from '@/lib/domain/profile'
import type { NullTable } from '@/lib/stats/null-table/null-table'

const count = z.number().int().min(0)
const finite = z.number()
const name = z.string().min(1).max(200)
const PROBLEMS = ['binary', 'multiclass', 'regression'] as const
const VALUE_TYPES = ['boolean', 'integer', 'number', 'datetime', 'string'] as const

export const ExpectationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('presence'), maxMissing: z.number().min(0).max(1) }),
  z.object({ kind: z.literal('type'), type: z.enum(VALUE_TYPES) }),
  z
    .object({ kind: z.literal('range'), min: finite, max: finite })
    .refine(({ min, max }) => min <= max, 'min must not be larger than max'),
  z.object({ kind: z.literal('positive'), zeroAllowed: z.boolean() }),
  z.object({ kind: z.literal('set'), values: z.array(z.string().max(8_192)).min(1).max(1_000) }),
  z
    .object({ kind: z.literal('length'), min: count, max: count })
    .refine(({ min, max }) => min <= max, 'min must not be larger than max'),
])

/** At most one expectation of a kind. */
export const ExpectationsSchema = z
  .array(ExpectationSchema)
  .max(6)
  .refine(
    (expectations) => new Set(expectations.map(({ kind }) => kind)).size === expectations.length,
    'a column has at most one expectation of each kind',
  )

const MomentsSchema = z.object({
  n: count,
  mean: finite,
  m2: finite,
  m3: finite,
  m4: finite,
  min: finite.nullable(),
  max: finite.nullable(),
})

const GridSchema = z
  .object({
    edges: z.array(finite).min(1).max(2_048),
    heavy: z.array(count).max(2_048),
    counts: z.array(count),
    sums: z.array(finite),
  })
  .refine(
    isGrid,
    'edges must ascend, heavy must point at edges, and counts and sums must have one entry a cell',
  )

const positive = z.number().positive()

const NullTableSchema = z
  .object({
    n: count,
    sizes: z.array(positive).min(2).max(50),
    levels: z.array(z.number().gt(0).lt(1)).min(2).max(50),
    methods: z.record(z.string().max(50), z.array(z.array(positive).max(50)).max(50)),
  })
  .refine(
    isNullTable,
    'sizes must ascend, levels must descend, and every method must have a rising row a size',
  )

const ColumnProfileSchema = z.object({
  family: z.enum(FAMILIES),
  name,
  sourceName: name.optional(),
  role: z.enum(COLUMN_ROLES),
  type: z.enum(VALUE_TYPES),
  kind: z.enum(['numeric', 'categorical', 'text', 'identifier', 'timestamp']),
  rows: count,
  missing: count,
  distinct: count,
  moments: MomentsSchema.nullable(),
  quantiles: z.record(z.string(), finite).nullable(),
  grid: GridSchema.nullable(),
  categories: z
    .array(z.object({ label: z.string(), count }))
    .max(1_000)
    .nullable(),
  otherCount: count,
  lengths: MomentsSchema.nullable(),
  expectations: ExpectationsSchema,
  importance: finite.min(0).optional(),
  nullTable: NullTableSchema.optional(),
})

export const ProfileSchema = z.object({
  schemaVersion: z.literal(PROFILE_SCHEMA_VERSION),
  source: z.object({
    kind: z.enum(['file', 'records']),
    name: z.string().max(500),
    format: z.string().max(100),
  }),
  createdMs: finite,
  rows: count.min(1),
  timeSpan: z.object({ startMs: finite, endMs: finite }).nullable(),
  problem: z.enum(PROBLEMS).nullable(),
  classes: z.array(z.string()).max(1_000),
  positiveClass: z.string().nullable(),
  columns: z.array(ColumnProfileSchema).min(1).max(1_000),
  importances: z.enum(['given', 'estimated']).optional(),
  quality: z.object({ n: count, metrics: z.record(z.string(), finite.nullable()) }).nullable(),
  chunks: z
    .array(
      z.object({ startMs: finite, endMs: finite, rows: count, summaries: z.record(z.string(), z.base64()) }),
    )
    .max(MAX_CHUNKS),
  sample: z
    .object({
      rows: count.max(1_000),
      columns: z.array(z.string().min(1)).max(1_000),
      encoded: z.base64().max(8_000_000),
      instants: z.array(finite.nullable()).max(1_000).nullable(),
    })
    .optional(),
  warnings: z.array(z.string()).max(5_000),
}) satisfies z.ZodType<Profile>

export const ColumnMappingSchema = z.strictObject({
  features: z.array(name).max(1_000).optional(),
  prediction: name.optional(),
  score: name.optional(),
  label: name.optional(),
  timestamp: name.optional(),
  id: name.optional(),
  latency: name.optional(),
  ignored: z.array(name).max(1_000).optional(),
  problem: z.enum(PROBLEMS).optional(),
  positiveClass: z.string().max(200).optional(),
  importance: z.record(name, finite.min(0)).optional(),
}) satisfies z.ZodType<ColumnMapping>

/**
 * A profile that somebody made elsewhere.
 * @throws AppError `invalid`: reason `unsupported_version` for a newer shape, `invalid_profile` with the path otherwise
 */
export function parseProfile(value: unknown): Profile {
  const version = z.object({ schemaVersion: z.number() }).safeParse(value)
  if (version.success && version.data.schemaVersion > PROFILE_SCHEMA_VERSION) {
    throw new AppError(
      'invalid',
      `The profile has schema version ${version.data.schemaVersion}; this Plumbline reads up to ${PROFILE_SCHEMA_VERSION}. Update Plumbline first.`,
      { reason: 'unsupported_version', limit: PROFILE_SCHEMA_VERSION },
    )
  }
  const profile = ProfileSchema.safeParse(value)
  if (!profile.success) throw refused('profile', 'invalid_profile', profile.error)
  return profile.data
}

/** @throws AppError `invalid` (`invalid_mapping`) for text that is no mapping */
export function parseMapping(text: string): ColumnMapping {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new AppError('invalid', 'The mapping is not valid JSON.', { reason: 'invalid_mapping' })
  }
  const mapping = ColumnMappingSchema.safeParse(value)
  if (!mapping.success) throw refused('mapping', 'invalid_mapping', mapping.error)
  return mapping.data
}

/** @throws AppError `invalid` (`invalid_expectations`) */
export function parseExpectations(value: unknown): Expectation[] {
  const expectations = ExpectationsSchema.safeParse(value)
  if (!expectations.success) throw refused('list of expectations', 'invalid_expectations', expectations.error)
  return expectations.data
}

function refused(what: string, reason: string, error: z.ZodError): AppError {
  const [issue] = error.issues
  const field = issue?.path.join('.') ?? ''
  return new AppError(
    'invalid',
    `The ${what} is not valid${field ? ` at ${field}` : ''}: ${issue?.message}.`,
    {
      reason,
      ...(field ? { field } : {}),
    },
  )
}

const isRising = (values: readonly number[]) =>
  values.every((value, index) => index === 0 || value > (values[index - 1] ?? value))

function isNullTable({ sizes, levels, methods }: Omit<NullTable, 'n'>): boolean {
  const isRow = (row: readonly number[]) => row.length === levels.length && isRising(row)
  return (
    isRising(sizes) &&
    isRising(levels.map((level) => -level)) &&
    Object.values(methods).every((rows) => rows.length === sizes.length && rows.every(isRow))
  )
}

function isGrid(grid: { edges: number[]; heavy: number[]; counts: number[]; sums: number[] }): boolean {
  const { edges, heavy, counts, sums } = grid
  if (edges.some((edge, index) => index > 0 && edge <= (edges[index - 1] ?? 0))) return false
  if (heavy.some((edge) => edge >= edges.length)) return false
  const last = edges.length - 1
  const pointCells = new Set([...heavy, last]).size
  const cells = 2 + last + pointCells
  return counts.length === cells && sums.length === cells
}
