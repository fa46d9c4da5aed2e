/** Owns the answers that Amazon Data Firehose takes: it looks for the id of its own request and a time, and retries all else. */
import type { Reply } from '@/lib/http/exchange'
import { isFirehose } from '@/lib/http/handlers/ingest-format'
import type { ProblemForm } from '@/lib/http/problem'
import { jsonReply } from '@/lib/http/reply'

/** The answer to a delivery. @param requestId  its own. @param error  what was wrong, or null */
export function firehoseReply(
  requestId: string | null,
  status: number,
  error: string | null,
  nowMs: number,
): Reply {
  const answer = {
    requestId: requestId ?? '',
    timestamp: nowMs,
    ...(error === null ? {} : { errorMessage: error }),
  }
  return jsonReply(answer, status)
}

/** Failures of ingest: in Firehose's words where it asks, else as everywhere. */
export const ingestProblem: ProblemForm = (problem, header) =>
  isFirehose(header)
    ? firehoseReply(header('x-amz-firehose-request-id'), problem.status, problem.detail, Date.now())
    : { ...jsonReply(problem, problem.status, { 'content-type': 'application/problem+json' }) }
