/** Owns taking a file out of a request as a stream, from a plain body or a multipart form; nothing is held in memory. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { AppError } from '@/lib/domain/errors'
import type { Exchange } from '@/lib/http/exchange'

export interface Upload {
  readonly body: AsyncIterable<Uint8Array>
  readonly filename: string | null
  /** Form fields that came before the file. */
  readonly fields: ReadonlyMap<string, string>
}

const MAX_FIELD_BYTES = 1024 * 1024

/**
 * The file of an upload: the body itself, or the first file of a form.
 * @throws AppError `invalid` (`malformed_form`) for a form without a file or a broken one; reading the body throws
 *   `invalid` (`incomplete_body`) when it breaks off
 */
export function readUpload(exchange: Exchange): Promise<Upload> {
  const type = exchange.header('content-type') ?? ''
  const body = wholeBody(exchange)
  if (/^multipart\/form-data\b/i.test(type)) return firstFile(type, body)
  return Promise.resolve({ body, filename: null, fields: new Map() })
}

/** The body, with a break-off told apart from faults of our own. */
async function* wholeBody(exchange: Exchange): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of exchange.body) yield chunk
  } catch {
    throw new AppError('invalid', 'The body ended before all of it had arrived.', {
      reason: 'incomplete_body',
    })
  }
}

function firstFile(type: string, body: AsyncIterable<Uint8Array>): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>()
    let file: Readable | null = null
    const refuse = (error: unknown) => {
      const known = error instanceof AppError ? error : malformed('The form is broken or cut off.')
      file?.destroy(known)
      reject(known)
    }
    let form: BusboyInstance
    try {
      form = new Busboy({
        headers: { 'content-type': type },
        limits: { files: 1, fields: 20, fieldSize: MAX_FIELD_BYTES, headerPairs: 20 },
      })
    } catch {
      refuse(malformed('The form names no boundary.'))
      return
    }
    form.on('field', (name, value) => fields.set(name, value))
    form.on('file', (_name, stream, filename) => {
      file = stream
      // Busboy tells of a part that breaks off only here; nobody listening would end the process.
      stream.on('error', refuse)
      resolve({ body: untilDone(stream, done), filename: filename ?? null, fields })
    })
    form.on('finish', () => {
      if (file === null) refuse(malformed('The form holds no file.'))
    })
    const done = pipeline(Readable.from(body), form)
    done.catch(refuse)
  })
}

/** The file, which counts as whole only once the form around it has ended as it should. */
async function* untilDone(file: Readable, done: Promise<void>): AsyncGenerator<Uint8Array> {
  for await (const chunk of file) yield chunk as Uint8Array
  await done.catch(() => {
    throw malformed('The form is broken or cut off.')
  })
}

function malformed(message: string): AppError {
  return new AppError('invalid', message, { reason: 'malformed_form' })
}
