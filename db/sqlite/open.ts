/** Owns opening all stores of a data folder, for its one owner and for everyone else. */
import { join } from 'node:path'
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import { type Connection, makePrivateDirectory, openConnection } from '@/db/sqlite/connection'
import { Ballast } from '@/db/sqlite/log/ballast'
import { openLogReader } from '@/db/sqlite/log/log-reader'
import { openLogWriter } from '@/db/sqlite/log/log-writer'
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { createMetadataStore } from '@/db/sqlite/metadata/metadata-store'
import { assertMigrated, defaultMigrationsDir, migrate } from '@/db/sqlite/migrate'
import { takeOwnerLock } from '@/db/sqlite/owner-lock'
import { createSeriesStore } from '@/db/sqlite/series/series-store'
import { createUnits } from '@/db/sqlite/unit-of-work'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { mergeEncoded, subtractEncoded } from '@/lib/summary/codec'

/** Bytes kept in reserve on disk: at least what a checkpoint may add to a file. */
const BALLAST_BYTES = 64 * 1024 * 1024

/** Summaries of one to two kilobytes stay on the pages of their tree instead of spilling over. */
const PAGE_SIZE_BYTES = 8_192

/** The owner answers requests: it waits on a lock without blocking its thread for longer than this. */
const OWNER_BUSY_TIMEOUT_MS = 250
const READER_BUSY_TIMEOUT_MS = 5_000

export interface StoreOptions {
  readonly dataDir: string
  /** Folder of the generated migrations; by default found from the working folder. */
  readonly migrationsDir?: string
  /** Records among which duplicates are recognised and ids found without scanning. */
  readonly dedupHorizon?: number
}

export interface WriterStoreOptions extends StoreOptions {
  readonly nowMs: number
  readonly maxQuarantinePerDay?: number
  /** 0 keeps no reserve. */
  readonly ballastBytes?: number
  /** Who writes to the log; by default the thread that appends. */
  readonly openScribe?: OpenScribe | undefined
  /** Test hook: called in the log writer between a commit and its answers. */
  readonly afterCommit?: () => void
}

export interface ReaderStores {
  readonly log: LogReader
  readonly series: SeriesStore
  readonly metadata: MetadataStore
  close(): Promise<void>
}

export interface WriterStores extends ReaderStores {
  readonly logWriter: LogWriter
  /** Tags of migrations applied while opening, and where the backup from before lies. */
  readonly migrated: { readonly applied: readonly string[]; readonly backupPath: string | null }
}

function openMain(dataDir: string, busyTimeoutMs: number): Connection {
  return openConnection({
    path: join(dataDir, 'plumbline.db'),
    pageSizeBytes: PAGE_SIZE_BYTES,
    incrementalVacuum: true,
    busyTimeoutMs,
  })
}

function openOn(db: Connection, options: StoreOptions): ReaderStores {
  const units = createUnits(db)
  const log = openLogReader(join(options.dataDir, 'log'), options.dedupHorizon)
  return {
    log,
    series: createSeriesStore(db, units, { mergeEncoded, subtractEncoded }),
    metadata: createMetadataStore(db, units),
    async close() {
      await log.close()
      db.close()
    },
  }
}

/**
 * Opens a data folder as its one owner: takes the lock, migrates, and opens the log for appending.
 * @throws AppError `conflict` while another process owns the folder; Error when it cannot be used
 */
export async function openWriterStores(options: WriterStoreOptions): Promise<WriterStores> {
  const { dataDir } = options
  makePrivateDirectory(dataDir)
  const lock = takeOwnerLock(dataDir)
  const undo = [() => lock.release()]
  try {
    const db = openMain(dataDir, OWNER_BUSY_TIMEOUT_MS)
    undo.unshift(() => db.close())
    const migrated = migrate(db, options.migrationsDir ?? defaultMigrationsDir(), join(dataDir, 'backup'))
    const logWriter = openLogWriter({
      logDir: join(dataDir, 'log'),
      maxQuarantinePerDay: options.maxQuarantinePerDay ?? DEFAULT_LIMITS.maxQuarantinePerDay,
      ballast: new Ballast(dataDir, options.ballastBytes ?? BALLAST_BYTES),
      nowMs: options.nowMs,
      horizon: options.dedupHorizon,
      openScribe: options.openScribe,
      afterCommit: options.afterCommit ?? faultFromEnvironment(),
    })
    const stores = openOn(db, options)
    return {
      ...stores,
      logWriter,
      migrated,
      async close() {
        await logWriter.close()
        await stores.close()
        lock.release()
      },
    }
  } catch (error) {
    for (const step of undo) step()
    throw error
  }
}

/**
 * Opens a data folder beside its owner: series and metadata writable, the log read-only.
 * @throws Error when the folder is not migrated to this program's schema
 */
export async function openReaderStores(options: StoreOptions): Promise<ReaderStores> {
  const db = openMain(options.dataDir, READER_BUSY_TIMEOUT_MS)
  try {
    assertMigrated(db, options.migrationsDir ?? defaultMigrationsDir())
    return openOn(db, options)
  } catch (error) {
    db.close()
    throw error
  }
}

/** `PLUMBLINE_FAULT=after_commit` ends the process between a commit and its answer: for crash tests only. */
function faultFromEnvironment(): (() => void) | undefined {
  if (process.env.PLUMBLINE_FAULT !== 'after_commit') return undefined
  return () => process.kill(process.pid, 'SIGKILL')
}
