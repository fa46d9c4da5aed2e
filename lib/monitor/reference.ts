/** Owns the reference as the judge uses it: grids and counts made once per profile, chunks decoded when first asked for. */
import { type ColumnRef, columnKey } from '@/lib/domain/column'
import { oncePer } from '@/lib/domain/once-per'
import {
  CHUNK_QUALITY,
  type ColumnProfile,
  type GridJson,
  type MomentsJson,
  type ReferenceQuality,
  type StoredProfile,
} from '@/lib/domain/profile'
import {
  type Cadence,
  DAY_MS,
  HOUR_MS,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import { type Grid, type GridCounts, gridFromEdges } from '@/lib/stats/grid/grid'
import type { NullTable } from '@/lib/stats/null-table/null-table'
import { medianOf } from '@/lib/stats/quantile'
import { decodeMerged } from '@/lib/summary/codec'
import { isColumnSummary } from '@/lib/summary/merge'
import type { ColumnSummary, QualitySummary } from '@/lib/summary/types'

/** The reference of one column, ready for statistics. */
export interface ReferenceColumn {
  readonly key: string
  readonly profile: ColumnProfile
  /** What sentences compare with: `the reference`. */
  readonly against: string
  /** Rows with a value. */
  readonly n: number
  readonly grid: Grid | null
  readonly counts: GridCounts | null
  /** Population standard deviation; 0 when constant or not numeric. */
  readonly deviation: number
  readonly categories: ReadonlyMap<string, number> | null
  /** Limits by chance of methods without an exact closed form; null: none is needed, or the profile is older than they are. */
  readonly nullTable: NullTable | null
  /** Summaries of the reference's own chunks, merged up to windows of a cadence where they are shorter, and to its seasons. */
  readonly chunks: (cadence: Cadence) => readonly ColumnSummary[]
  /** How much the reference moved by itself, by method and cadence; filled when first asked for. */
  readonly swings: Map<string, { readonly swing: number; readonly widest: number; readonly chunks: number }>
  /** The column whose swings stand for those of this one, of which there are too few rows to tell. */
  readonly movesAs?: ReferenceColumn
}

export interface ReferenceData {
  readonly profileId: number
  readonly rows: number
  readonly columns: ReadonlyMap<string, ReferenceColumn>
  readonly quality: ReferenceQuality | null
  readonly positiveClass: string | null
  /** Quality of the reference's own windows of a cadence; empty without labels or times. */
  readonly qualityChunks: (cadence: Cadence) => readonly QualitySummary[]
  /** How far quality fell short in the reference by itself, by metric and cadence; filled when first asked for. */
  readonly qualitySwings: Map<string, number>
}

/** Label under which categories beyond the kept ones are counted. */
export const OTHER_LABEL = '(other)'

function countsOf(grid: GridJson, moments: MomentsJson): GridCounts {
  return {
    n: grid.counts.reduce((sum, count) => sum + count, 0),
    counts: Float64Array.from(grid.counts),
    sums: Float64Array.from(grid.sums),
    min: moments.min ?? 0,
    max: moments.max ?? 0,
  }
}

function categoriesOf(profile: ColumnProfile): ReadonlyMap<string, number> | null {
  if (!profile.categories) return null
  const counts = new Map(profile.categories.map(({ label, count }) => [label, count]))
  if (profile.otherCount > 0) counts.set(OTHER_LABEL, profile.otherCount)
  return counts
}

/** Summaries of one window of the reference. */
interface ChunkGroup {
  rows: number
  readonly parts: Uint8Array[]
}

/** Where a chunk, or an instant, belongs; null: nowhere. */
export type Place = (chunk: TimeRange) => number | null

/** The window of the cadence that a chunk begins in; chunks that are longer stay apart. */
function windowPlace(cadence: Cadence): Place {
  return ({ startMs, endMs }) =>
    endMs - startMs >= nominalWindowMs(cadence) ? startMs : windowContaining(cadence, startMs).startMs
}

/**
 * Seasons shorter than the reference: the hour of the day and the hour of the week, or the day of the week. One hour of
 * one day has few rows; the same hour of all days has enough to show what it does every day.
 */
function seasonPlaces(cadence: Cadence): Place[] {
  const sizeMs = nominalWindowMs(cadence)
  const within = (periodMs: number): Place => {
    return ({ startMs, endMs }) =>
      endMs - startMs > sizeMs ? null : Math.floor((startMs % periodMs) / Math.max(sizeMs, HOUR_MS))
  }
  if (sizeMs < DAY_MS) return [within(DAY_MS), within(7 * DAY_MS)]
  return sizeMs === DAY_MS ? [within(7 * DAY_MS)] : []
}

/** The windows of a cadence, and the seasons that such windows go through. */
export function placesOf(cadence: Cadence): Place[] {
  return [windowPlace(cadence), ...seasonPlaces(cadence)]
}

function groupChunks(stored: StoredProfile, key: string, placeOf: Place): ChunkGroup[] {
  const groups = new Map<number, ChunkGroup>()
  for (const chunk of stored.profile.chunks) {
    const encoded = chunk.summaries[key]
    const place = placeOf(chunk)
    if (encoded === undefined || place === null) continue
    const group = groups.get(place) ?? { rows: 0, parts: [] }
    group.rows += chunk.rows
    group.parts.push(Buffer.from(encoded, 'base64'))
    groups.set(place, group)
  }
  return [...groups.values()]
}

/**
 * Chunks merged up to windows of the cadence: a month swings less than its weeks, so only chunks of the size that is
 * judged tell how much to expect; beside them the seasons that such windows go through. A window that the reference
 * only touches is left out. Decoded anew each time: asked for once, they would fill the memory.
 */
function decodedChunks(
  stored: StoredProfile,
  key: string,
  grid: Grid | null,
  cadence: Cadence,
): ColumnSummary[] {
  const windows = groupChunks(stored, key, windowPlace(cadence))
  const usualRows = medianOf(windows.map(({ rows }) => rows)) ?? 0
  const whole = windows.filter(({ rows }) => rows >= usualRows / 2)
  const seasons = seasonPlaces(cadence).flatMap((placeOf) => groupChunks(stored, key, placeOf))
  return [...whole, ...seasons].flatMap(({ parts }) => {
    const summary = decodeMerged(parts, grid ?? undefined)
    return summary && isColumnSummary(summary) ? [summary] : []
  })
}

/** Quality of the reference window by window. */
function decodedQuality(stored: StoredProfile, cadence: Cadence): QualitySummary[] {
  return groupChunks(stored, CHUNK_QUALITY, windowPlace(cadence)).flatMap(({ parts }) => {
    const summary = decodeMerged(parts)
    return summary?.kind === 'quality' && summary.n > 0 ? [summary] : []
  })
}

function prepareColumn(stored: StoredProfile, profile: ColumnProfile): ReferenceColumn {
  const key = columnKey(profile)
  const grid = profile.grid ? gridFromEdges(profile.grid.edges, profile.grid.heavy) : null
  const counts = profile.grid && profile.moments ? countsOf(profile.grid, profile.moments) : null
  const moments = profile.moments
  return {
    key,
    profile,
    against: 'the reference',
    n: profile.rows - profile.missing,
    grid,
    counts,
    deviation: moments && moments.n > 0 ? Math.sqrt(Math.max(0, moments.m2) / moments.n) : 0,
    categories: categoriesOf(profile),
    nullTable: profile.nullTable ?? null,
    chunks: (cadence) => decodedChunks(stored, key, grid, cadence),
    swings: new Map(),
  }
}

/** Reads a stored profile into what statistics need. */
export function prepareReference(stored: StoredProfile): ReferenceData {
  const { profile } = stored
  return {
    profileId: stored.id,
    rows: profile.rows,
    columns: new Map(profile.columns.map((column) => [columnKey(column), prepareColumn(stored, column)])),
    quality: profile.quality,
    positiveClass: profile.positiveClass,
    qualityChunks: (cadence) => decodedQuality(stored, cadence),
    qualitySwings: new Map(),
  }
}

/** The same, made once for each profile object: callers that keep the object keep the work. */
export const referenceOf = oncePer(prepareReference)

/** The column of a monitor; throws when the profile has none of that name. */
export function referenceColumn(reference: ReferenceData, column: ColumnRef): ReferenceColumn {
  const found = reference.columns.get(columnKey(column))
  if (!found) throw new RangeError(`the profile has no column ${columnKey(column)}`)
  return found
}
