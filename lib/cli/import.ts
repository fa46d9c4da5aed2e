/** Owns the command `npm run import`: a reference and a current file in, a judged model out, through the public API. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type ApiClient, createApiClient } from '@/lib/cli/api-client'
import { type ImportSummary, printSummary } from '@/lib/cli/import-summary'
import { openInstance } from '@/lib/cli/open-instance'
import { createProgress } from '@/lib/cli/progress'
import { mappingFile, readMapping } from '@/lib/cli/read-mapping'
import { requireFiles } from '@/lib/cli/require-readable'
import { sendLabels, sendRows } from '@/lib/cli/send-rows'
import { waitUntilJudged } from '@/lib/cli/wait-until-judged'
import { isAppError } from '@/lib/domain/errors'
import type { Profile } from '@/lib/domain/profile'
import { CADENCES, type Cadence } from '@/lib/domain/time'
import { openReference, type ReferenceFile } from '@/lib/profile/read-rows'
import { buildReference } from '@/lib/services/profiles/build-reference'

const USAGE = `Usage: npm run import -- --model NAME --version VERSION --reference FILE --current FILE
                         [--labels FILE] [--mapping FILE|JSON] [--cadence 1h] [--url URL] [--key KEY]

Profiles the reference, makes it the active profile of the version, and replays the current file as back-fill,
window by window. Files are CSV, JSON Lines or Parquet, plain or gzip.

  --labels    true values: an id column and a label column
  --mapping   which column plays which part, for example '{"label": "defaulted", "ignored": ["row"]}'
  --cadence   length of one window: ${CADENCES.join(', ')}; by default the model's own
  --url       the server; by default the one that runs on this data folder, see --key
  --key       an API key with the scope admin; by default PLUMBLINE_ADMIN_KEY, else one is made through the data folder
              (PLUMBLINE_DATA_DIR) and revoked at the end. With a key, --url is PLUMBLINE_URL or http://127.0.0.1:PORT`

export interface ImportOptions {
  readonly model: string
  readonly version: string
  readonly reference: string
  readonly current: string
  readonly labels?: string | undefined
  readonly mapping?: string | undefined
  readonly cadence?: Cadence | undefined
}

/** @returns the exit code: 0 when everything was judged, 1 for a failure, 2 for wrong usage */
export async function main(argv: string[]): Promise<number> {
  const { values } = parseArgs({
    args: argv,
    options: {
      model: { type: 'string' },
      version: { type: 'string' },
      reference: { type: 'string' },
      current: { type: 'string' },
      labels: { type: 'string' },
      mapping: { type: 'string' },
      cadence: { type: 'string' },
      url: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const { model, version, reference, current } = values
  const cadence = CADENCES.find((candidate) => candidate === values.cadence)
  if (values.help || !model || !version || !reference || !current) return usage(null, values.help)
  if (values.url !== undefined && !URL.canParse(values.url))
    return usage(`"${values.url}" is no address.`, false)
  if (values.cadence !== undefined && !cadence) return usage(`"${values.cadence}" is no cadence.`, false)
  const { labels, mapping, url, key } = values
  await requireFiles(reference, current, labels, mappingFile(mapping))
  const instance = await openInstance({ command: 'import', url, key })
  try {
    const client = createApiClient(instance.url, instance.key)
    const files = { model, version, reference, current, labels, mapping, cadence }
    const summary = await importFiles(client, files)
    printSummary(summary)
    return summary.isComplete ? 0 : 1
  } finally {
    await instance.close()
  }
}

/**
 * Runs the whole import.
 * @throws AppError or Error with a sentence for a file that cannot be used and for a server that refuses
 */
export async function importFiles(client: ApiClient, options: ImportOptions): Promise<ImportSummary> {
  const tempDir = await mkdtemp(path.join(tmpdir(), 'plumbline-import-'))
  const opened: ReferenceFile[] = []
  const openFile = async (file: string) => {
    const found = await named(file, () => openReference(file, tempDir))
    opened.push(found)
    return found.open
  }
  try {
    const current = await openFile(options.current)
    const labels = options.labels === undefined ? null : await openFile(options.labels)
    const profile = await profileReference(options, tempDir)
    await activate(client, options, profile)
    const fallbackId = path.basename(options.current)
    const records = await named(options.current, () =>
      sendRows(client, { ...options, profile, open: current, fallbackId }),
    )
    const labelled = await named(options.labels ?? options.current, () =>
      sendLabels(client, { ...options, profile, open: labels, fallbackId, found: records.labels }),
    )
    const judged = await waitUntilJudged(client, {
      ...options,
      instants: records.instants,
      withQuality: labelled > 0,
    })
    return { ...options, url: client.url, warnings: profile.warnings, ...records, labelled, ...judged }
  } finally {
    for (const file of opened) await file.dispose()
    await rm(tempDir, { recursive: true, force: true })
  }
}

async function profileReference(options: ImportOptions, tempDir: string): Promise<Profile> {
  const progress = createProgress('reference', null)
  const profile = await named(options.reference, async () =>
    buildReference({
      file: path.resolve(options.reference),
      mapping: await readMapping(options.mapping),
      source: { kind: 'file', name: path.basename(options.reference) },
      nowMs: Date.now(),
      tempDir,
    }),
  )
  progress.finish(`${profile.rows.toLocaleString('en')} rows, ${profile.columns.length} columns`)
  for (const warning of profile.warnings) console.error(`warning: ${warning}`)
  return profile
}

async function activate(client: ApiClient, options: ImportOptions, profile: Profile): Promise<void> {
  const model = `/api/v1/models/${encodeURIComponent(options.model)}`
  const version = `${model}/versions/${encodeURIComponent(options.version)}`
  await client.request('PUT', `${version}/profile?activate=1&confirm=1`, JSON.stringify(profile))
  if (options.cadence)
    await client.request('PUT', `${model}/settings`, JSON.stringify({ cadence: options.cadence }))
}

/** Says which file an error is about. */
async function named<T>(file: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    if (isAppError(error)) throw new Error(`${path.basename(file)}: ${error.message}`)
    throw error
  }
}

function usage(complaint: string | null, isHelp: boolean): number {
  console.error(complaint === null ? USAGE : `${complaint}\n\n${USAGE}`)
  return isHelp ? 0 : 2
}
