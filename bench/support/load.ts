/** Owns the HTTP load: a fixed number of connections, each sending the next body as soon as it has its answer. */
import http from 'node:http'

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

/** Sends one body; resolves with the status, or 0 when the connection failed. */
export function post(
  url: string,
  headers: Record<string, string>,
  body: Buffer | string,
  agent?: http.Agent,
): Promise<number> {
  return new Promise((resolve) => {
    const request = http.request(
      url,
      { method: 'POST', agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
        response.on('error', () => resolve(0))
      },
    )
    request.on('error', () => resolve(0))
    request.end(body)
  })
}

/** Runs the plan and measures it. A status other than 200 is a failure; 503 is waited out and sent again. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: plan.connections })
  const latencies: number[] = []
  let failures = 0
  const startedMs = performance.now()
  const worker = async () => {
    while ((performance.now() - startedMs) / 1000 < plan.maxSeconds) {
      const body = plan.nextBody()
      if (!body) return
      const sentMs = performance.now()
      let status = await post(plan.url, plan.headers, body, agent)
      while (status === 503) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        status = await post(plan.url, plan.headers, body, agent)
      }
      latencies.push(performance.now() - sentMs)
      if (status !== 200) failures++
    }
  }
  await Promise.all(Array.from({ length: plan.connections }, worker))
  const seconds = (performance.now() - startedMs) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))] ?? 0
  return { requests: latencies.length, failures, seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}
