/** Owns the short answers that the front gives by itself, before any route. */
import type { ServerResponse } from 'node:http'
import { commonHeaders, INERT } from '@/lib/http/common-headers'

/** Answers with `body` as JSON. */
export function answerPlainly(
  response: ServerResponse,
  status: number,
  type: string,
  body: object,
  isSecure: boolean,
): void {
  response.writeHead(status, { ...commonHeaders(isSecure), ...INERT, 'content-type': type })
  response.end(`${JSON.stringify(body)}\n`)
}

/** Answers with a problem document. */
export function answerProblem(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  isSecure: boolean,
): void {
  const problem = { status, code, title: message, detail: message }
  answerPlainly(response, status, 'application/problem+json', problem, isSecure)
}
