/** Owns filling a running product through its public API: a reference profile, records, and waiting for the stages. */
import { BENCH_ADMIN_KEY, type Measured } from '@/bench/support/processes'
import { drawFeatures, seededUniform } from '@/bench/support/workload'

const HEADERS = { authorization: `Bearer ${BENCH_ADMIN_KEY}` }

/** One request with the admin key; a 503 is waited out. */
export async function call(target: Measured, method: string, path: string, body?: string): Promise<Response> {
  for (;;) {
    const answer = await fetch(target.url + path, {
      method,
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body,
    })
    if (answer.status !== 503) {
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer
    }
    await answer.arrayBuffer()
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Uploads and activates a reference of `rows` undrifted rows; one minute lies between two rows. */
export async function putReference(
  target: Measured,
  model: string,
  columns: number,
  rows: number,
): Promise<void> {
  const uniform = seededUniform(11)
  const lines = Array.from({ length: rows }, () =>
    JSON.stringify({
      ...drawFeatures({ columns, drifted: false }, uniform),
      prediction: uniform() < 0.3 ? 1 : 0,
      score: Math.round(uniform() * 1e4) / 1e4,
    }),
  )
  const path = `/api/v1/models/${model}/versions/1/profile?activate=1&confirm=1`
  await call(target, 'PUT', path, lines.join('\n'))
}

/** Waits until `isDone` says so, asking twice a second. */
export async function waitUntil(isDone: () => Promise<boolean>, maxSeconds: number): Promise<void> {
  const startedMs = performance.now()
  while (!(await isDone())) {
    if (performance.now() - startedMs > maxSeconds * 1000) throw new Error(`not done within ${maxSeconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** The verdict on a span, asked of the API. */
export async function askVerdict(
  target: Measured,
  model: string,
  range: { fromMs: number; toMs: number },
  step?: string,
): Promise<{ windows: { verdicts: { metric: string; column: string | null; n: number }[] }[] }> {
  const query = `version=1&from=${range.fromMs}&to=${range.toMs}${step ? `&step=${step}` : ''}`
  const answer = await call(target, 'GET', `/api/v1/models/${model}/verdict?${query}`)
  return (await answer.json()) as Awaited<ReturnType<typeof askVerdict>>
}

/** Records that the summaries of the span hold, as its verdict tells. */
export async function summarisedRecords(
  target: Measured,
  model: string,
  range: { fromMs: number; toMs: number },
): Promise<number> {
  const { windows } = await askVerdict(target, model, range)
  return windows.reduce((sum, window) => sum + Math.max(0, ...window.verdicts.map(({ n }) => n)), 0)
}
