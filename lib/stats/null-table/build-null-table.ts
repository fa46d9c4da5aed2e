/**
 * Owns making the null table of a column: samples of its reference are drawn against one another, seeded, for a ladder of
 * window sizes; their distances become the limits of every method whose closed form is not exact.
 */
import { MONITOR_METHODS } from '@/lib/stats/methods'
import type { DriftMethod, NullTableRule } from '@/lib/stats/methods/drift-method'
import { type Pair, pairSizes } from '@/lib/stats/methods/pair'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { type CountSampler, countSampler } from '@/lib/stats/null-table/draw-counts'
import { pairDrawer } from '@/lib/stats/null-table/draw-samples'
import { farEnd, farPoints } from '@/lib/stats/null-table/far-values'
import { nullLimits } from '@/lib/stats/null-table/null-limits'
import type { NullTable } from '@/lib/stats/null-table/null-table'
import { type ReferenceLaw, referenceLaw } from '@/lib/stats/null-table/reference-law'
import { fitTailLine, smoothTailLines } from '@/lib/stats/null-table/tail-line'

/** Rows of a window; scaled limits change little from one to the next. */
const SIZES = [50, 100, 300, 1_000, 5_000, 50_000]
/** Half, the level of confidence ends, and those that budgets of false alarms ask for. */
const LEVELS = [0.5, 0.05, 0.01, 1e-3, 1e-4, 1e-6]
/** Samples a size: neighbouring sizes share theirs, so that a limit at one in a hundred is about 3 % from its mean. */
const DRAWS = 300
/** A smaller reference tells too little of its own law. */
const LEAST_ROWS = 100
/** Limits as they are stored. */
const DIGITS = 4

interface Tabled {
  readonly id: string
  readonly rule: NullTableRule
}

/** Of the reference's own counts, so that the same reference has the same table (FNV-1a). */
function seedOf(template: Pair): number {
  const counts = template.kind === 'numeric' ? template.reference.counts : template.reference
  let hash = 0x811c9dc5
  for (let j = 0; j < counts.length; j++) hash = Math.imul(hash ^ counts[j]!, 0x01000193)
  return hash
}

/** Draws for all methods that look at the same cells. */
function drawAll(template: Pair, methods: readonly Tabled[], n: number, random: Mulberry32) {
  const law = referenceLaw(template)
  const draw = pairDrawer(template, law)
  const referenceSampler = countSampler(law.shares, n)
  const hasFar = methods.some(({ rule }) => rule.withFarValue)
  const ends = hasFar ? [farEnd(law, n, 1), farEnd(law, n, -1)] : []
  return SIZES.map((m) => {
    const cuts = ends.map((end) => ({ end, cut: farPoints(end, m) }))
    const sampler = samplerWithout(law, cuts, m)
    const found = methods.map(() => new Float64Array(DRAWS))
    const root = Math.sqrt((n * m) / (n + m))
    for (let turn = 0; turn < DRAWS; turn++) {
      const pair = draw(referenceSampler, sampler, random)
      methods.forEach(({ rule }, k) => {
        found[k]![turn] = rule.distance(pair) * root
      })
    }
    return { m, root, cuts, found: found.map((values) => values.sort()) }
  })
}

function samplerWithout(
  { shares }: ReferenceLaw,
  cuts: readonly { readonly end: ReturnType<typeof farEnd>; readonly cut: number }[],
  m: number,
): CountSampler {
  const left = shares.slice()
  for (const { end, cut } of cuts) for (const { index } of end.points.slice(0, cut)) left[index] = 0
  const total = left.reduce((sum, share) => sum + share, 0)
  return countSampler(
    left.map((share) => share / total),
    m,
  )
}

function limitsOn(
  template: Pair,
  methods: readonly Tabled[],
  n: number,
  unit: number,
): [string, readonly number[][]][] {
  const drawn = drawAll(template, methods, n, createMulberry32(seedOf(template)))
  return methods.map(({ id, rule: { withFarValue } }, k) => {
    const lines = smoothTailLines(drawn.map(({ found }) => fitTailLine(found[k]!)))
    const rows = drawn.map(({ m, root, cuts, found }, i) => {
      const far = withFarValue && {
        m,
        ends: cuts,
        needed: (value: number, rest: number) => withFarValue(value / root, rest / root, m) * unit,
      }
      return nullLimits(LEVELS, lines[i]!, found[k]!, far ?? null)
    })
    return [id, rows.map((row) => row.map((value) => Number(value.toPrecision(DIGITS))))]
  })
}

const isUsable = (rows: readonly (readonly number[])[]) =>
  rows.every((row) => row.every((value, k) => Number.isFinite(value) && value > (row[k - 1] ?? 0)))

/**
 * @param reference a column's reference on both sides
 * @param methods by default all that monitors judge by
 * @returns null where every closed form is exact, or the reference is too small or does not vary
 */
export function buildNullTable(
  reference: Pair,
  methods: readonly DriftMethod[] = MONITOR_METHODS,
): NullTable | null {
  const { n } = pairSizes(reference)
  if (n < LEAST_ROWS) return null
  const templates = new Map<Pair, Tabled[]>()
  const made = new Map<NullTableRule['template'], Pair | null>()
  for (const { id, kinds, nullTable: rule } of methods) {
    if (!rule || !kinds.includes(reference.kind)) continue
    const known = made.get(rule.template)
    const template = known === undefined ? rule.template(reference) : known
    made.set(rule.template, template)
    if (template) templates.set(template, [...(templates.get(template) ?? []), { id, rule }])
  }
  const unit = reference.kind === 'numeric' ? reference.deviation : 1
  const found = [...templates].flatMap(([template, of]) => limitsOn(template, of, n, unit))
  const usable = found.filter(([, rows]) => isUsable(rows))
  return usable.length === 0 ? null : { n, sizes: SIZES, levels: LEVELS, methods: Object.fromEntries(usable) }
}
