/** Owns the noun custom metric: a number that people define for a model by an expression over its records. */
import type { MetricId } from '@/lib/domain/metric'
import type { BaselineKind } from '@/lib/domain/monitor'

/** How the values of a window's records become one number. */
export const AGGREGATES = ['mean', 'share', 'sum', 'count', 'min', 'max', 'p50', 'p90', 'p95', 'p99'] as const
export type Aggregate = (typeof AGGREGATES)[number]

/** The quantile that an aggregate asks for; null for the others. */
export function quantileOf(aggregate: Aggregate): number | null {
  return aggregate.startsWith('p') ? Number(aggregate.slice(1)) / 100 : null
}

/** Types of values in expressions. */
export const EXPRESSION_TYPES = ['number', 'text', 'boolean'] as const
export type ExpressionType = (typeof EXPRESSION_TYPES)[number]

/** The fields that an expression reads, by key (`input:income`, `record:latency`, `event:click`), with the types they were given. */
export type ExpressionFields = Readonly<Record<string, ExpressionType>>

/** Why a record has no value: a field is absent, holds another type, or the calculation has no result. */
export const MISSING_REASONS = ['absent', 'wrong_type', 'no_result'] as const
export type MissingReason = (typeof MISSING_REASONS)[number]

/** Which way the number is bad. */
export const DIRECTIONS = ['up', 'down', 'both'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** What a custom metric is judged by. `none`: by a limit set by hand, or not at all while there is none. */
export const CUSTOM_BASELINES = ['trailing', 'same_hour_of_week', 'none'] as const satisfies BaselineKind[]
export type CustomBaseline = (typeof CUSTOM_BASELINES)[number]

export const MAX_CUSTOM_METRICS = 20
/** Metrics by slices that a model may have: each costs what a metric costs, and is one more test beside all others. */
export const MAX_SLICED_METRICS = 40
export const MAX_CUSTOM_NAME = 80
export const MAX_CUSTOM_UNIT = 20
export const MAX_EXPRESSION = 500

/** One revision of a definition; the newest of a name holds. */
export interface CustomMetric {
  readonly id: number
  readonly modelId: number
  readonly name: string
  /** 1, 2, 3 … within the name. */
  readonly revision: number
  readonly expression: string
  readonly aggregate: Aggregate
  readonly fields: ExpressionFields
  /** Unit for people, such as EUR; null: none, and always null for a share. */
  readonly unit: string | null
  readonly bad: Direction
  readonly baseline: CustomBaseline
  /** For the baseline `none`; null: it is not judged. */
  readonly fixedLimit: number | null
  /** The revision that began the stored series: a new expression begins a new one, a new unit does not. */
  readonly seriesId: number
  readonly isRemoved: boolean
  readonly createdMs: number
  readonly createdBy: string
  /** In their own words; may be empty. */
  readonly why: string
  /** Names of the slices in which it is counted, and judged, beside the whole; absent for none. */
  readonly slices?: readonly string[]
}

/** The metric under which the monitors of a definition stand: its unit and direction. */
export function metricOfCustom({ aggregate, bad }: Pick<CustomMetric, 'aggregate' | 'bad'>): MetricId {
  return aggregate === 'share' ? `custom_share_${bad}` : `custom_${bad}`
}

/** Whether an expression reads events, which come after their record, and late. */
export function readsEvents(fields: ExpressionFields): boolean {
  return Object.keys(fields).some((key) => key.startsWith('event:'))
}
