/** Owns what the two appending services share: the request, parsing it without holding up others, and its answer. */
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { AppendBatch, AppendOutcome } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Refusal } from '@/lib/domain/record'
import { type BatchRules, type ParsedBatch, parseBatch } from '@/lib/ingest/parse-batch'
import type { BodyReader } from '@/lib/ingest/read-records'
import type { Warning } from '@/lib/ingest/warnings'

export interface AppendRequest {
  /** Model named by the path, or null. */
  readonly model: string | null
  /** The body as it was sent: names this request among retries. */
  readonly wire: Uint8Array
  /** What besides model and body says where the records go: the same body sent elsewhere is no retry. */
  readonly destination?: string
  /** The body, decompressed: UTF-8 without a byte order mark, or bytes that `read` knows. */
  readonly text: Buffer
  /** Reads a wire format of its own; without it the body is JSON in any of its forms. */
  readonly read?: BodyReader | undefined
  readonly backfill: boolean
  readonly idempotencyKey: string | null
  /** Appends what the body holds besides records; called once it was read, and awaited together with them. */
  readonly alongside?: () => Promise<void>
  /** The sender is told what became of each record: asks for `items`. */
  readonly itemised?: boolean
}

/** What became of the records of a request that are not simply new, by their positions in it. */
export interface AppendItems {
  readonly refused: readonly AppendError[]
  readonly duplicates: readonly number[]
  readonly conflicts: readonly number[]
}

/** One refused or conflicting record, as it is answered. */
export type AppendError = Pick<Refusal, 'index' | 'code' | 'field' | 'message' | 'predictionId'>

export interface AppendAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly rejected: number
  readonly labels: number
  /** By position; at most 20. */
  readonly errors: readonly AppendError[]
  readonly errorsTruncated: boolean
  /** What was taken, but not without a doubt; at most 10. */
  readonly warnings: readonly Warning[]
  readonly warningsTruncated: boolean
  /** The same request was committed before; these are its counts. */
  readonly replayed: boolean
  /** For itemised requests. A replay tells of its refused records only. */
  readonly items: AppendItems
}

/** Some shippers write our whole answer to their log. */
const MAX_ERRORS = 20
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/
const BODY_HASH_CHARACTERS = 32

/** The log's writer. @throws AppError `unavailable` in a process that does not own the log */
export function writerOf(ctx: Context) {
  if (!ctx.logWriter)
    throw new AppError('unavailable', 'This process does not take records.', { reason: 'no_writer' })
  return ctx.logWriter
}

/** 128-bit hash of where a body went and what it held, as hex. */
export function hashRequest(request: AppendRequest): string {
  const hash = createHash('sha256')
    .update(`${request.model ?? ''}\n${request.backfill}\n${request.destination ?? ''}\n`)
    .update(request.wire)
  return hash.digest('hex').slice(0, BODY_HASH_CHARACTERS)
}

/** Parses the body: a small one at once, a large one in steps, letting other requests run between them. */
export function parseRequest(
  { text, read }: Pick<AppendRequest, 'text' | 'read'>,
  rules: BatchRules,
): ParsedBatch | Promise<ParsedBatch> {
  const steps = parseBatch(text, rules, read)
  const first = steps.next()
  return first.done ? first.value : finish(steps)
}

async function finish(steps: Generator<void, ParsedBatch>): Promise<ParsedBatch> {
  for (;;) {
    await setImmediate()
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * How the log recognises a retry: by the client's key, else (only where records have no id of their own) by the body.
 * @throws AppError `invalid` for a key that is no visible ASCII of 1 to 255 characters
 */
export function idempotencyOf(
  ctx: Context,
  request: AppendRequest,
  bodyHash: () => string,
  byBody: boolean,
): AppendBatch['idempotency'] {
  const { idempotencyKey } = request
  const scope = actorName(ctx.principal)
  if (idempotencyKey !== null) {
    if (!IDEMPOTENCY_KEY.test(idempotencyKey)) {
      throw new AppError('invalid', 'An Idempotency-Key is 1 to 255 visible ASCII characters.', {
        reason: 'invalid_idempotency_key',
      })
    }
    return { kind: 'key', scope, value: idempotencyKey, bodyHash: bodyHash() }
  }
  return byBody ? { kind: 'body', scope, value: bodyHash(), bodyHash: bodyHash() } : null
}

/**
 * What the client is told of a commit.
 * @throws AppError `invalid` (reason `idempotency_mismatch`)
 */
export function answerOf(outcome: AppendOutcome, batch: ParsedBatch): AppendAnswer {
  if (outcome.kind === 'idempotency_mismatch') {
    throw new AppError(
      'invalid',
      'This Idempotency-Key was used for another body before. Nothing was stored.',
      {
        reason: 'idempotency_mismatch',
      },
    )
  }
  if (outcome.kind === 'replayed') {
    const { accepted, duplicates, conflicts, refused, labelsAccepted } = outcome
    const counts = { accepted, duplicates, conflicts, rejected: refused, labels: labelsAccepted }
    const items = { refused: batch.refusals, duplicates: [], conflicts: [] }
    return { ...counts, ...errorList(batch.refusals), ...warningsOf(batch), replayed: true, items }
  }
  const { accepted, duplicates, conflicts, labelsAccepted } = outcome
  const { refusals, warnings } = batch
  const all = conflicts === 0 ? refusals : [...refusals, ...outcome.conflictIndexes.map(conflictError)]
  const { errors, errorsTruncated } = errorList(all)
  return {
    accepted,
    duplicates,
    conflicts,
    rejected: refusals.length,
    labels: labelsAccepted,
    errors,
    errorsTruncated,
    warnings: warnings.all,
    warningsTruncated: warnings.isTruncated,
    replayed: false,
    items: {
      refused: refusals,
      duplicates: outcome.duplicateIndexes,
      conflicts: outcome.conflictIndexes,
    },
  }
}

function warningsOf({ warnings }: ParsedBatch): Pick<AppendAnswer, 'warnings' | 'warningsTruncated'> {
  return { warnings: warnings.all, warningsTruncated: warnings.isTruncated }
}

function conflictError(index: number): AppendError {
  const message =
    'A record with this prediction_id was stored before with other content; the first one stays.'
  return { index, code: 'id_conflict', field: 'prediction_id', message, predictionId: null }
}

type ErrorList = Pick<AppendAnswer, 'errors' | 'errorsTruncated'>

const NO_ERRORS: ErrorList = { errors: [], errorsTruncated: false }

function errorList(errors: readonly AppendError[]): ErrorList {
  if (errors.length === 0) return NO_ERRORS
  const sorted = [...errors].sort((a, b) => a.index - b.index)
  return { errors: sorted.slice(0, MAX_ERRORS), errorsTruncated: sorted.length > MAX_ERRORS }
}
