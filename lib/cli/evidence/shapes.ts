/** Owns the experiment on the shape of drift: streams whose drift steps, climbs, comes and goes, or flashes up. */
import { ColumnStream } from '@/lib/cli/evidence/columns'
import { JudgedModel } from '@/lib/cli/evidence/judged-model'
import { STILL_WORLD } from '@/lib/cli/evidence/latent'
import { type DriftShape, shapeOfDrift } from '@/lib/stats/inference/drift-shape'

/** What the pages call the shapes of the field. */
export const SHAPE_CASES = {
  step: ['sudden'],
  ramp: ['gradual', 'incremental'],
  'weekly cycle': ['recurring'],
  blip: ['spike', 'transient'],
} as const satisfies Readonly<Record<string, readonly DriftShape[]>>

export type ShapeCase = keyof typeof SHAPE_CASES

const LARGEST_SIGMA = 0.8
const RAMP_WINDOWS = 24

/** Windows of one stream: long enough for three weeks of days in the weekly case. */
export const SHAPE_WINDOWS = 56

/** Shift of the mean in deviations, window by window; drift begins around the middle. */
function shiftAt(kind: ShapeCase, window: number, startsAt: number): number {
  switch (kind) {
    case 'step':
      return window >= startsAt ? LARGEST_SIGMA : 0
    case 'ramp':
      return Math.min(1, Math.max(0, (window - startsAt) / RAMP_WINDOWS)) * LARGEST_SIGMA
    case 'weekly cycle':
      return window % 7 >= 5 ? LARGEST_SIGMA : 0
    case 'blip':
      return window === startsAt ? LARGEST_SIGMA : 0
  }
}

export interface Labelled {
  readonly kind: ShapeCase
  readonly right: number
  readonly streams: number
  /** What the others were called. */
  readonly wrong: readonly DriftShape[]
}

/** Labels streams of judged windows by how far their drift went towards its limit. */
export async function runShapes(
  kind: ShapeCase,
  setting: {
    readonly streams: number
    readonly n: number
    readonly referenceRows: number
    readonly seed: number
  },
): Promise<Labelled> {
  const { streams, n, referenceRows, seed } = setting
  const stream = new ColumnStream(STILL_WORLD, 1, seed)
  const model = await JudgedModel.build(stream.take(referenceRows, 0), null, 0)
  const wrong: DriftShape[] = []
  for (let index = 0; index < streams; index++) {
    model.forget()
    // The case of a ramp needs room to end; the others begin anywhere in the second third.
    const startsAt = 18 + (index % 10)
    const ratios: number[] = []
    for (let window = 0; window < SHAPE_WINDOWS; window++) {
      const sigma = shiftAt(kind, window, startsAt)
      const { evaluations } = model.judge(window, stream.take(n, window, { kind: 'shift', sigma }))
      const drift = evaluations.find(({ monitorId }) => model.metricOf(monitorId) === 'drift')
      ratios.push(typeof drift?.detail.limitRatio === 'number' ? drift.detail.limitRatio : 0)
    }
    const { shape } = shapeOfDrift(ratios, 1)
    if (!(SHAPE_CASES[kind] as readonly DriftShape[]).includes(shape)) wrong.push(shape)
  }
  return { kind, right: streams - wrong.length, streams, wrong }
}
