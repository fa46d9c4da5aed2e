/** Owns sending to the API of a test server with every right: a reference as CSV, or anything else as JSON. */
import type { TestServer } from '../../lib/runtime/testing'

/**
 * @param body text is CSV
 * @param status by default any success
 * @returns the JSON of the answer, null where it is empty
 * @throws Error with the answer where it has another status
 */
export async function send<T = unknown>(
  server: TestServer,
  method: string,
  path: string,
  body: unknown,
  status?: number,
): Promise<T> {
  const isText = typeof body === 'string'
  const response = await server.fetch(path, {
    method,
    headers: { 'content-type': isText ? 'text/csv' : 'application/json' },
    body: isText ? body : JSON.stringify(body),
  })
  const text = await response.text()
  if (status === undefined ? !response.ok : response.status !== status) {
    throw new Error(`${method} ${path}: ${response.status} ${text}`)
  }
  return (text === '' ? null : JSON.parse(text)) as T
}
