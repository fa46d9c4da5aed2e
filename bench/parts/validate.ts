/**
 * Measures checking one record of 50 features over HTTP, request by request, in turns with a route of the same server
 * that does nothing: what lies between the two is the check.
 */
import { rmSync } from 'node:fs'
import { callApi, putReference } from '@/bench/support/client'
import { type Figure, quantile } from '@/bench/support/figures'
import { startProduct } from '@/bench/support/processes'
import { drawFeatures, seededUniform } from '@/bench/support/workload'

const MODEL = 'bench-validate'
const SHAPE = { columns: 50, drifted: false }
const REFERENCE_ROWS = 5_000
const WARM_UP = 200
const ROUNDS = 1_000

interface Validated {
  readonly results: readonly { readonly version: string | null; readonly findings: readonly unknown[] }[]
}

/** The stretch of issue routes: p95 of at most 10 ms at 50 fields. */
export async function measureValidate(): Promise<Figure[]> {
  const product = await startProduct()
  try {
    await putReference(product.url, MODEL, '1', SHAPE.columns, REFERENCE_ROWS)
    const uniform = seededUniform(3)
    const times = { validate: [] as number[], nothing: [] as number[] }
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      // Every other record has something wrong with it, so that sentences are made too.
      const features = { ...drawFeatures(SHAPE, uniform), ...(round % 2 ? { n01: 1e9, n02: 'text' } : {}) }
      const body = JSON.stringify({ version: '1', features })
      const startMs = performance.now()
      const answer = await callApi<Validated>(product.url, 'POST', `/api/v1/validate/${MODEL}`, body)
      const validatedMs = performance.now()
      await callApi(product.url, 'GET', '/api/v1/ingest')
      const doneMs = performance.now()
      check(answer, round % 2 !== 0)
      if (round < 0) continue
      times.validate.push(validatedMs - startMs)
      times.nothing.push(doneMs - validatedMs)
    }
    return [toFigure(times.validate, times.nothing)]
  } finally {
    await product.stop()
    rmSync(product.dataDir, { recursive: true, force: true })
  }
}

/** A fast answer that checked nothing would be no figure. */
function check({ results }: Validated, isWrong: boolean): void {
  const [result] = results
  // By chance a record without a planted fault may lie beyond the reference.
  if (result?.version === '1' && (result.findings.length > 0 || !isWrong)) return
  throw new Error(`The record was not checked as it should be: ${JSON.stringify(results).slice(0, 300)}`)
}

function toFigure(validate: readonly number[], nothing: readonly number[]): Figure {
  const inWords = (times: readonly number[]) =>
    `p50 ${quantile(times, 0.5).toFixed(2)}, p95 ${quantile(times, 0.95).toFixed(2)}, p99 ${quantile(times, 0.99).toFixed(2)} ms`
  return {
    goal: 'validate',
    what: 'one record of 50 features checked over HTTP: p95 warm',
    value: quantile(validate, 0.95),
    unit: 'ms',
    against: `${inWords(validate)}; a route that does nothing ${inWords(nothing)}`,
    target: { kind: 'at most', value: 10 },
  }
}
