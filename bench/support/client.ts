/** Owns the calls that the benches make to a measured server: JSON in and out, reference profiles, waiting. */
import { BENCH_ADMIN_KEY } from '@/bench/support/processes'
import { drawFeatures, seededUniform, type WorkloadShape } from '@/bench/support/workload'

const AUTHORIZATION = { authorization: `Bearer ${BENCH_ADMIN_KEY}` }

/** @throws Error with the server's answer for any status but 2xx */
export async function callApi<T>(
  base: string,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
): Promise<T> {
  const response = await fetch(base + path, {
    method,
    headers: { ...AUTHORIZATION, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} failed (${response.status}): ${text.slice(0, 300)}`)
  return JSON.parse(text) as T
}

/** Makes and activates a profile of `rows` undrifted reference rows, as CSV. */
export async function putReference(
  base: string,
  model: string,
  version: string,
  columns: number,
  rows: number,
): Promise<void> {
  await callApi(
    base,
    'PUT',
    `/api/v1/models/${model}/versions/${version}/profile?activate=1`,
    referenceCsv({ columns, drifted: false }, rows),
    'text/csv',
  )
}

function referenceCsv(shape: WorkloadShape, rows: number): string {
  const uniform = seededUniform(1)
  const lines: string[] = []
  for (let row = 0; row < rows; row++) {
    const features = drawFeatures(shape, uniform)
    if (row === 0) lines.push([...Object.keys(features), 'prediction', 'score'].join(','))
    const prediction = uniform() < 0.3 ? 1 : 0
    lines.push([...Object.values(features), prediction, Math.round(uniform() * 1e4) / 1e4].join(','))
  }
  return lines.join('\n')
}

/** Asks until the answer is neither null nor false. */
export async function waitFor<T>(
  what: string,
  limitSeconds: number,
  ask: () => Promise<T | null>,
): Promise<NonNullable<T>> {
  const startedMs = performance.now()
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() - startedMs > limitSeconds * 1_000)
      throw new Error(`${what} did not happen within ${limitSeconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export interface Verdicts {
  readonly windows: readonly {
    readonly start: string
    readonly verdicts: readonly { metric: string; column: string | null; verdict: string; n: number }[]
  }[]
}

/** Address of the verdict on a span. */
export function verdictPath(
  model: string,
  version: string,
  fromMs: number,
  toMs: number,
  step?: string,
): string {
  const query = new URLSearchParams({
    version,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    ...(step === undefined ? {} : { step }),
  })
  return `/api/v1/models/${model}/verdict?${query}`
}
