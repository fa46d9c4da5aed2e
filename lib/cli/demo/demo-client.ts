/** Owns talking to a running instance over its public API, patiently. */

const MAX_TRIES = 60

export interface DemoClient {
  /** Whether there is something at this path. @throws Error when the key is refused or nobody answers */
  exists(path: string): Promise<boolean>
  /** Sends a body and returns the answer as JSON. @throws Error with the server's sentence when it refuses */
  send(method: string, path: string, body: string, contentType: string): Promise<Record<string, unknown>>
}

/** @throws Error saying how to start an instance when none answers */
export function createDemoClient(url: string, key: string): DemoClient {
  const call = (method: string, path: string, init: { body?: string; contentType?: string } = {}) =>
    fetch(`${url}${path}`, {
      method,
      ...(init.body === undefined ? {} : { body: init.body }),
      headers: {
        authorization: `Bearer ${key}`,
        ...(init.contentType ? { 'content-type': init.contentType } : {}),
      },
    }).catch((error: unknown) => {
      throw new Error(nobodyThere(url), { cause: error })
    })
  return {
    async exists(path) {
      const response = await call('GET', path)
      const text = await response.text()
      if (!response.ok && response.status !== 404)
        throw new Error(`GET ${path}: ${response.status} ${sentenceOf(text)}`)
      return response.ok
    },
    async send(method, path, body, contentType) {
      for (let tries = 1; ; tries++) {
        const response = await call(method, path, { body, contentType })
        const text = await response.text()
        if (response.ok) return parse(text)
        const mayTryAgain = response.status === 503 || response.status === 429
        if (!mayTryAgain || tries === MAX_TRIES)
          throw new Error(`${method} ${path}: ${response.status} ${sentenceOf(text)}`)
        const seconds = Number(response.headers.get('retry-after') ?? 1)
        await sleep(1_000 * Math.min(30, Math.max(0.2, Number.isFinite(seconds) ? seconds : 1)))
      }
    },
  }
}

export function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function nobodyThere(url: string): string {
  return `No Plumbline answers at ${url}. Start one in another terminal with "npm start".`
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The server's own words: the detail of a problem document, else the start of the text. */
function sentenceOf(text: string): string {
  const { detail, title } = parse(text)
  return String(detail ?? title ?? text.slice(0, 300))
}
