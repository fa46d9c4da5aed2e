/** Owns sending a file's rows to the API in batches: records as back-fill, then labels. */
import type { ApiClient } from '@/lib/cli/api-client'
import { createProgress } from '@/lib/cli/progress'
import { readLabels } from '@/lib/cli/read-labels'
import { type ApiLabel, type ApiRecord, createRowReader } from '@/lib/cli/row-to-record'
import type { Profile } from '@/lib/domain/profile'
import type { OpenRows } from '@/lib/profile/rows'

const BATCH = 1_000

interface AppendAnswer {
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly rejected: number
  readonly errors: readonly { readonly message: string }[]
}

export interface SentRows {
  readonly rows: number
  readonly accepted: number
  readonly duplicates: number
  readonly conflicts: number
  readonly refused: number
  /** Sentences of refusals, each once. */
  readonly refusals: readonly string[]
  /** Event times, one an hour at most: enough to know which windows there are. */
  readonly instants: readonly number[]
  /** Labels that stood in the current file. */
  readonly labels: readonly ApiLabel[]
}

const HOUR_MS = 3_600_000

/** Sends every row as a record of the version. */
export async function sendRows(
  client: ApiClient,
  job: { model: string; version: string; profile: Profile; open: OpenRows; fallbackId: string },
): Promise<SentRows> {
  const source = await job.open()
  const progress = createProgress('records', null)
  const path = `/api/v1/ingest/${encodeURIComponent(job.model)}?backfill=1`
  const total = { rows: 0, accepted: 0, duplicates: 0, conflicts: 0, refused: 0 }
  const refusals = new Set<string>()
  const hours = new Map<number, number>()
  const labels: ApiLabel[] = []
  let batch: ApiRecord[] = []
  const send = async () => {
    if (batch.length === 0) return
    const answer = await append(client, path, batch)
    total.accepted += answer.accepted
    total.duplicates += answer.duplicates
    total.conflicts += answer.conflicts
    total.refused += answer.rejected
    for (const { message } of answer.errors) refusals.add(message)
    batch = []
    progress.update(total.rows, total.refused > 0 ? `${total.refused} refused` : '')
  }
  for await (const rows of source.rows()) {
    const reader = createRowReader(job.profile, source.columns, { ...job, untyped: source.untyped })
    for (const cells of rows) {
      const { record, label, atMs } = reader.read(cells, total.rows++)
      batch.push(record)
      if (label) labels.push(label)
      if (atMs !== null) hours.set(Math.floor(atMs / HOUR_MS), atMs)
      if (batch.length === BATCH) await send()
    }
  }
  await send()
  progress.finish(`${total.accepted.toLocaleString('en')} of ${total.rows.toLocaleString('en')} stored`)
  return { ...total, refusals: [...refusals].slice(0, 10), instants: [...hours.values()], labels }
}

/** Sends the labels of a file, or those found in the current file. @returns how many were sent */
export async function sendLabels(
  client: ApiClient,
  job: {
    model: string
    profile: Profile
    open: OpenRows | null
    fallbackId: string
    found: readonly ApiLabel[]
  },
): Promise<number> {
  const labels = job.open ? readLabels(job.open, job.profile, job.fallbackId) : job.found
  const progress = createProgress('labels', null)
  let sent = 0
  let batch: (ApiLabel & { model: string })[] = []
  const send = async () => {
    if (batch.length > 0) await append(client, '/api/v1/labels', batch)
    sent += batch.length
    batch = []
    progress.update(sent)
  }
  for await (const label of labels) {
    batch.push({ ...label, model: job.model })
    if (batch.length === BATCH) await send()
  }
  await send()
  if (sent > 0) progress.finish(`${sent.toLocaleString('en')} sent`)
  return sent
}

/** One batch. A batch of which nothing could be taken is an answer too: its reasons are in it. */
async function append(client: ApiClient, path: string, batch: readonly object[]): Promise<AppendAnswer> {
  const body = batch.map((item) => JSON.stringify(item)).join('\n')
  return client.request<AppendAnswer>('POST', path, body)
}
