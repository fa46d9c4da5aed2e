/** Owns waiting until the server has judged the windows of an import, and counting what it found. */
import type { ApiClient } from '@/lib/cli/api-client'
import { createProgress } from '@/lib/cli/progress'
import { type Cadence, windowContaining } from '@/lib/domain/time'

export interface JudgedWindows {
  readonly windows: number
  readonly judged: number
  /** `input:MedInc` and the like, with the number of windows in which they drifted. */
  readonly drifted: readonly { readonly column: string; readonly windows: number }[]
  readonly alerts: readonly { readonly title: string; readonly severity: string; readonly url: string }[]
  /** Whether every window that has ended was judged in time. */
  readonly isComplete: boolean
}

const POLL_MS = 500
const LIMIT_MS = 15 * 60_000
const QUALITY_METRICS = ['accuracy', 'mae'] as const

interface Evaluation {
  readonly metric: string
  readonly column: string | null
  readonly family: string | null
  readonly window_start: string
  readonly verdict: string
  readonly value: number | null
}

interface Job {
  readonly model: string
  readonly version: string
  readonly instants: readonly number[]
  /** Labels came too, so quality must be there as well. */
  readonly withQuality: boolean
}

export async function waitUntilJudged(client: ApiClient, job: Job): Promise<JudgedWindows> {
  const { cadence, allowed_lateness_ms: latenessMs } = await client.request<{
    cadence: Cadence
    allowed_lateness_ms: number
  }>('GET', `/api/v1/models/${encodeURIComponent(job.model)}`)
  const windows = new Map(
    job.instants.map((instant) => {
      const window = windowContaining(cadence, instant)
      return [window.startMs, window] as const
    }),
  )
  const ended = [...windows.values()].filter(({ endMs }) => endMs + latenessMs < Date.now())
  const progress = createProgress('windows', ended.length)
  const deadlineMs = performance.now() + LIMIT_MS
  let judged = 0
  while (performance.now() < deadlineMs) {
    judged = await countJudged(client, job, new Set(ended.map(({ startMs }) => startMs)))
    if (judged === ended.length) break
    progress.update(judged)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  progress.finish(`${judged} of ${ended.length} judged`)
  return {
    windows: windows.size,
    judged,
    isComplete: judged === ended.length,
    ...(await readFindings(client, job)),
  }
}

async function countJudged(client: ApiClient, job: Job, starts: ReadonlySet<number>): Promise<number> {
  const volume = await evaluationsOf(client, job, 'metric=volume')
  const judged = new Set(volume.map((evaluation) => Date.parse(evaluation.window_start)))
  if (job.withQuality) {
    const measured = new Set<number>()
    for (const metric of QUALITY_METRICS) {
      for (const { window_start, value } of await evaluationsOf(client, job, `metric=${metric}`)) {
        if (value !== null) measured.add(Date.parse(window_start))
      }
    }
    for (const start of judged) if (!measured.has(start)) judged.delete(start)
  }
  return [...judged].filter((start) => starts.has(start)).length
}

async function readFindings(client: ApiClient, job: Job): Promise<Pick<JudgedWindows, 'drifted' | 'alerts'>> {
  const drifted = new Map<string, number>()
  for (const metric of ['drift', 'output_drift']) {
    for (const { column, family, verdict } of await evaluationsOf(client, job, `metric=${metric}`)) {
      if (verdict !== 'drift' && verdict !== 'severe') continue
      const key = `${family}:${column}`
      drifted.set(key, (drifted.get(key) ?? 0) + 1)
    }
  }
  const model = encodeURIComponent(job.model)
  const alerts: JudgedWindows['alerts'][number][] = []
  for (const historical of ['1', '0']) {
    const page = await client.request<{ alerts: (JudgedWindows['alerts'][number] & { version: string })[] }>(
      'GET',
      `/api/v1/alerts?model=${model}&historical=${historical}`,
    )
    alerts.push(...page.alerts.filter(({ version }) => version === job.version))
  }
  const byCount = [...drifted].sort((a, b) => b[1] - a[1])
  return { drifted: byCount.map(([column, windows]) => ({ column, windows })), alerts }
}

/** All evaluations of the version that match, page by page. */
async function evaluationsOf(client: ApiClient, job: Job, filter: string): Promise<Evaluation[]> {
  const base = `/api/v1/models/${encodeURIComponent(job.model)}/evaluations?version=${encodeURIComponent(job.version)}`
  const span = spanOf(job.instants)
  const found: Evaluation[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { evaluations: Evaluation[]; next: string | null } = await client.request(
      'GET',
      `${base}&${filter}&limit=5000${span}${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    found.push(...page.evaluations)
    cursor = page.next
  }
  return found
}

/** The API looks at recent windows unless it is told otherwise; a month on either side holds any window. */
function spanOf(instants: readonly number[]): string {
  if (instants.length === 0) return ''
  const first = instants.reduce((a, b) => Math.min(a, b))
  const last = instants.reduce((a, b) => Math.max(a, b))
  const marginMs = 32 * 86_400_000
  return `&from=${new Date(first - marginMs).toISOString()}&to=${new Date(last + marginMs).toISOString()}`
}
