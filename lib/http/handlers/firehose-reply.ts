/** Owns the answers that Amazon Data Firehose takes: it looks for the id of its own request and a time, and retries all else. */
import type { Exchange, Reply } from '@/lib/http/exchange'
import type { ProblemForm } from '@/lib/http/problem'
import { jsonReply } from '@/lib/http/reply'

/** The answer to a delivery. @param error  what was wrong, or null */
export function firehoseReply(
  header: Exchange['header'],
  status: number,
  error: string | null,
  nowMs: number,
): Reply {
  const requestId = header('x-amz-firehose-request-id') ?? ''
  const answer = { requestId, timestamp: nowMs, ...(error === null ? {} : { errorMessage: error }) }
  return jsonReply(answer, status)
}

/** Failures of ingest: in Firehose's words where it asks, else as everywhere. */
export const ingestProblem: ProblemForm = (problem, header) =>
  header('x-amz-firehose-request-id') === null
    ? { ...jsonReply(problem, problem.status, { 'content-type': 'application/problem+json' }) }
    : firehoseReply(header, problem.status, problem.detail, Date.now())
