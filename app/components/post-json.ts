/** Owns how pages ask the API for changes: JSON, with the session's token against forged requests. */

export type PostResult =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly status: number; readonly message: string }

/** Sends `body` as JSON; failures come back as a sentence for people, with the request id where there is one. */
export async function postJson(
  path: string,
  body: unknown,
  options: {
    method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
    csrfToken?: string
    /** Aborted when nobody waits for the answer any more: then it is not asked on. */
    signal?: AbortSignal
  } = {},
): Promise<PostResult> {
  try {
    const response = await fetch(path, {
      method: options.method ?? 'POST',
      headers: {
        'content-type': 'application/json',
        ...(options.csrfToken ? { 'x-csrf-token': options.csrfToken } : {}),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: options.signal,
    })
    const data = await readJson(response)
    if (response.ok) return { ok: true, data }
    return { ok: false, status: response.status, message: faultOf(data, response) }
  } catch {
    return { ok: false, status: 0, message: 'The server could not be reached. Is it running?' }
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text()
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function faultOf(data: unknown, response: Response): string {
  const requestId = response.headers.get('x-request-id')
  const detail = messageIn(data) ?? `The server answered ${response.status}.`
  return response.status >= 500 && requestId ? `${detail} (request ${requestId})` : detail
}

function messageIn(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null
  for (const name of ['detail', 'message', 'title']) {
    const value = (data as Record<string, unknown>)[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return null
}
