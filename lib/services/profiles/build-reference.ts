/**
 * Owns where a reference file is read: in a process of its own when the bundles are there, so that neither a large
 * file nor a crafted one holds up or brings down the server; else (tests of sources) right here.
 */
import { fork } from 'node:child_process'
import { createReadStream, existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AppError, type ErrorCode, type ErrorDetails } from '@/lib/domain/errors'
import type { Profile } from '@/lib/domain/profile'
import { type BuildOptions, buildProfile } from '@/lib/profile/build-profile'
import { openReference } from '@/lib/profile/read-rows'
import { type LabelledRecord, referenceOfRecords } from '@/lib/profile/record-rows'

/** Everything the build needs, as JSON; `tempDir` is the job's own folder. */
export interface ReferenceJob extends Omit<BuildOptions, 'limits'> {
  /** Reference rows; or, when the source is `records`, one LabelledRecord a line. */
  readonly file: string
}

/** What the process writes beside the job. */
export type ReferenceResult =
  | { readonly profile: Profile }
  | { readonly error: { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails } }

/** A process that says nothing this long is stuck in a crafted file. */
const STALL_LIMIT_MS = 30_000
const TIME_LIMIT_MS = 30 * 60_000
const HEAP_MIB = 400

/** @throws AppError of the readers and the builder; `invalid` (`file_unreadable`) when the process was lost over the file */
export async function buildReference(job: ReferenceJob): Promise<Profile> {
  if (!existsSync(job.file)) {
    throw new AppError('invalid', `There is no file ${path.basename(job.file)}.`, { reason: 'file_missing' })
  }
  const bundle = findBundle()
  if (bundle === null) return buildHere(job)
  const result = await buildElsewhere(bundle, job)
  if ('profile' in result) return result.profile
  throw new AppError(result.error.code, result.error.message, result.error.details)
}

/** Reads the file in this process. */
export async function buildHere(job: ReferenceJob): Promise<Profile> {
  if (job.source.kind === 'records') {
    const records = await referenceOfRecords(() => readRecords(job.file))
    return buildProfile(records.open, { ...job, mapping: { ...job.mapping, ...records.mapping } })
  }
  const reference = await openReference(job.file, job.tempDir)
  try {
    return await buildProfile(reference.open, job)
  } finally {
    await reference.dispose()
  }
}

async function* readRecords(file: string): AsyncGenerator<LabelledRecord> {
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    yield JSON.parse(line) as LabelledRecord
  }
}

/** The bundle lies beside this one, or below the folder that the server was started in. */
function findBundle(): string | null {
  const name = 'profile-process.js'
  const here = path.dirname(fileURLToPath(import.meta.url))
  const places = [path.join(here, 'cli', name), path.join(here, name), path.resolve('dist/cli', name)]
  return process.env.VITEST ? null : (places.find((place) => existsSync(place)) ?? null)
}

async function buildElsewhere(bundle: string, job: ReferenceJob): Promise<ReferenceResult> {
  const jobFile = path.join(job.tempDir, 'job.json')
  const resultFile = path.join(job.tempDir, 'result.json')
  await writeFile(jobFile, JSON.stringify(job))
  const exitCode = await runProcess(bundle, [jobFile, resultFile])
  if (exitCode === 0) return JSON.parse(await readFile(resultFile, 'utf8')) as ReferenceResult
  throw new AppError(
    'invalid',
    'The file could not be read: it is damaged, or needs too much time or memory.',
    {
      reason: 'file_unreadable',
    },
  )
}

/** @returns the exit code, or null when the process had to be ended */
function runProcess(bundle: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = fork(bundle, args, {
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Settings and keys are no business of a process that reads strangers' files.
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    })
    const end = () => void child.kill('SIGKILL')
    const limit = setTimeout(end, TIME_LIMIT_MS)
    let stall = setTimeout(end, STALL_LIMIT_MS)
    child.on('message', () => {
      clearTimeout(stall)
      stall = setTimeout(end, STALL_LIMIT_MS)
    })
    const settle = (finish: () => void) => {
      clearTimeout(limit)
      clearTimeout(stall)
      finish()
    }
    child.once('error', (error) => settle(() => reject(error)))
    child.once('exit', (code) => settle(() => resolve(code)))
  })
}
