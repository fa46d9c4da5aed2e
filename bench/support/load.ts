/** Owns the HTTP load: a fixed number of connections, each sending the next body as soon as it has its answer. */
import { Connection } from '@/bench/support/connection'

export interface LoadResult {
  readonly requests: number
  readonly failures: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface LoadPlan {
  readonly url: string
  readonly headers: Record<string, string>
  readonly connections: number
  /** The next body to send, or null when there is none left. */
  readonly nextBody: () => Buffer | null
  /** Stop asking for bodies after this long. */
  readonly maxSeconds: number
}

/** Runs the plan and measures it. A status other than 200 is a failure; 503 is waited out and sent again. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const latencies: number[] = []
  let failures = 0
  const startedMs = performance.now()
  const worker = async () => {
    let connection = new Connection(plan.url, plan.headers)
    while ((performance.now() - startedMs) / 1000 < plan.maxSeconds) {
      const body = plan.nextBody()
      if (!body) break
      const sentMs = performance.now()
      let status = await connection.post(body)
      while (status === 503) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        status = await connection.post(body)
      }
      latencies.push(performance.now() - sentMs)
      if (status !== 200) failures++
      if (status === 0) connection = new Connection(plan.url, plan.headers)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: plan.connections }, worker))
  const seconds = (performance.now() - startedMs) / 1000
  latencies.sort((a, b) => a - b)
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  return { requests: latencies.length, failures, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}
