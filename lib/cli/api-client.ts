/** Owns talking to a Plumbline server from the command line: the key, retries, and failures as sentences. */

export interface ApiClient {
  readonly url: string
  /** @throws Error with the server's sentence for any answer but 2xx, and when the server cannot be reached */
  request<T>(method: string, path: string, body?: string): Promise<T>
}

const MAX_ATTEMPTS = 8
const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504])
const MAX_WAIT_MS = 30_000

interface Problem {
  readonly detail?: string
  readonly title?: string
}

/** @param wait how to wait, in milliseconds */
export function createApiClient(
  url: string,
  key: string,
  wait: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
): ApiClient {
  const base = url.replace(/\/+$/, '')
  async function attempt(method: string, path: string, body: string | undefined): Promise<Response | Error> {
    try {
      return await fetch(base + path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body === undefined ? {} : { body }),
      })
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }
  return {
    url: base,
    async request<T>(method: string, path: string, body?: string): Promise<T> {
      for (let tries = 1; ; tries++) {
        const response = await attempt(method, path, body)
        const isTransient = response instanceof Error || RETRIED_STATUSES.has(response.status)
        if (isTransient && tries < MAX_ATTEMPTS) {
          await wait(waitFor(response, tries))
          continue
        }
        if (response instanceof Error) throw new Error(`${base} cannot be reached: ${causeOf(response)}.`)
        const text = await response.text()
        if (!response.ok)
          throw new Error(`${method} ${path} failed (${response.status}): ${sentenceOf(text)}`)
        return (text === '' ? null : JSON.parse(text)) as T
      }
    },
  }
}

/** What the server asks for, else twice as long each time. */
function waitFor(response: Response | Error, tries: number): number {
  const asked = response instanceof Error ? Number.NaN : Number(response.headers.get('retry-after'))
  return Math.min(MAX_WAIT_MS, asked > 0 ? asked * 1_000 : 250 * 2 ** (tries - 1))
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}

function sentenceOf(text: string): string {
  try {
    const problem = JSON.parse(text) as Problem & { errors?: { message: string }[] }
    return problem.detail ?? problem.errors?.[0]?.message ?? problem.title ?? text
  } catch {
    return text.slice(0, 300)
  }
}
