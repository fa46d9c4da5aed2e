/** Owns what a mail server's refusals mean: try again, a person has to mend it, or never. */
import type { DeliveryResult } from '@/lib/channels/delivery-result'
import { reasonOf } from '@/lib/channels/send-http'
import { isAppError } from '@/lib/domain/errors'

/** Answers to a wrong or missing password: the mail itself is fine. */
const AUTHENTICATION: ReadonlySet<number> = new Set([530, 534, 535, 538])

/** The result of a conversation that failed, with what the server said. */
export function readSmtpError(error: unknown): DeliveryResult & { readonly answer: string } {
  const { code, responseCode, response } = fieldsOf(error)
  const answer = response ?? ''
  const retry = (reason: string, slow: boolean) => ({
    outcome: 'retry' as const,
    status: responseCode,
    reason,
    afterMs: null,
    slow,
    answer,
  })
  if (isAppError(error)) return retry(reasonOf(error), true)
  if (code === 'EAUTH' || (responseCode !== null && AUTHENTICATION.has(responseCode)))
    return retry('smtp_login_refused', true)
  if (code === 'ETLS') return retry('smtp_no_tls', true)
  if (responseCode !== null && responseCode >= 500)
    return { outcome: 'give_up', status: responseCode, reason: `smtp_${responseCode}`, answer }
  if (responseCode !== null && responseCode >= 400) return retry(`smtp_${responseCode}`, false)
  if (code === 'ETIMEDOUT') return retry('timeout', false)
  return retry(code === null ? 'failed' : code.toLowerCase(), false)
}

function fieldsOf(error: unknown) {
  const fields = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {}
  return {
    code: typeof fields.code === 'string' ? fields.code : null,
    responseCode: typeof fields.responseCode === 'number' ? fields.responseCode : null,
    response: typeof fields.response === 'string' ? fields.response : null,
  }
}
