/** Owns sending bytes to a server as they are, for tests of requests that no client library would send. */
import net from 'node:net'
import type { BadInputRow } from '@/lib/http/bad-input-row'

export interface RawAnswer {
  /** Status of the first answer, or 0 when the connection was closed without one. */
  readonly status: number
  /** Statuses of all answers on the connection. */
  readonly statuses: readonly number[]
  readonly text: string
  /** `code` of a problem document or of the first refused record. */
  readonly code: string | null
}

/** A request as bytes: lines of the head joined with CRLF, then the body. */
export function rawRequest(head: readonly string[], body: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body as string)])
}

/**
 * Sends the parts, with a pause after each, and reads until the server closes or falls silent.
 * @param end  whether we close our side after the last part, as a client that goes away does
 */
export function sendRaw(
  port: number,
  parts: readonly Uint8Array[],
  options: { pauseMs?: number; end?: boolean; waitMs?: number } = {},
): Promise<RawAnswer> {
  const { pauseMs = 0, end = false, waitMs = 400 } = options
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = net.connect(port, '127.0.0.1')
    let timer: ReturnType<typeof setTimeout>
    const finish = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(toAnswer(Buffer.concat(chunks).toString('utf8')))
    }
    const restart = () => {
      clearTimeout(timer)
      timer = setTimeout(finish, waitMs)
    }
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      restart()
    })
    socket.on('error', () => {})
    socket.on('close', finish)
    socket.on('connect', async () => {
      for (const part of parts) {
        if (socket.destroyed) return
        socket.write(part)
        if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs))
      }
      if (end) socket.end()
      restart()
    })
  })
}

/** What a row of the table of bad requests is answered: `code` is that of the problem, or of the first refused record. */
export async function sendRow(
  port: number,
  key: string,
  row: BadInputRow,
): Promise<Omit<RawAnswer, 'code'> & { code: string | undefined; body: { accepted?: number } }> {
  const { path = '/api/v1/ingest/m', method = 'POST', headers, body = '' } = row
  const lines = Object.entries({ authorization: `Bearer ${key}`, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  const length = `Content-Length: ${Buffer.from(body as string).length}`
  const head = [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...lines, length, 'Connection: close']
  const answer = await sendRaw(port, [rawRequest(head, body)], { waitMs: 10_000 })
  const text = answer.text.slice(answer.text.indexOf('\r\n\r\n') + 4)
  const parsed = text === '' ? {} : JSON.parse(text)
  const code = parsed.errors?.[0]?.code ?? (parsed.status === undefined ? undefined : parsed.code)
  return { ...answer, code, body: parsed }
}

function toAnswer(text: string): RawAnswer {
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  const codes = [...text.matchAll(/"code":"(\w+)"/g)].map(([, code]) => code ?? '')
  return { status: statuses[0] ?? 0, statuses, text, code: codes[0] ?? null }
}
