/** Owns the one argument that every service and query takes first: who asks, when, and the stores. */
import type { LogReader, LogWriter } from '@/db/contracts/log-store'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { SeriesStore } from '@/db/contracts/series-store'
import type { Principal } from '@/lib/access/principal'
import type { Limits } from '@/lib/domain/limits'

/** A logger as services see it; the runtime gives a pino instance. */
export interface Logger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How long things are kept. */
export interface Retention {
  /** Log partitions and back-filled data, counted from arrival. */
  readonly logDays: number
  readonly minuteBucketDays: number
  readonly hourBucketDays: number
  readonly dayBucketDays: number
  readonly pendingLabelDays: number
  /** How long after its prediction a label is taken. */
  readonly labelDays: number
}

export const DEFAULT_RETENTION: Retention = {
  logDays: 30,
  minuteBucketDays: 2,
  hourBucketDays: 120,
  dayBucketDays: 730,
  pendingLabelDays: 7,
  labelDays: 30,
}

export interface Context {
  readonly principal: Principal
  /** Now, in epoch milliseconds, as one value for the whole use case. */
  readonly nowMs: number
  /** Public address without a trailing slash, for links. */
  readonly publicUrl: string
  /** Whether the operator said that address (PLUMBLINE_URL), so that links may act for who follows them. */
  readonly hasPublicUrl?: boolean
  readonly limits: Limits
  readonly retention: Retention
  /** Records kept of every hour and day; 0 for none, absent for the default. */
  readonly sampleRows?: number
  readonly logger: Logger
  readonly log: LogReader
  /** Only in the process that owns the log; null in the worker and in scripts. */
  readonly logWriter: LogWriter | null
  readonly series: SeriesStore
  readonly metadata: MetadataStore
  /** Hosts and CIDR ranges that outbound messages may reach although they are not public (PLUMBLINE_OUTBOUND_ALLOW). */
  readonly outboundAllow?: readonly string[]
  /** 32 bytes from data/secret.key, for secrets at rest; without it channel addresses are stored as they are. */
  readonly secretKey?: Uint8Array | null
}
