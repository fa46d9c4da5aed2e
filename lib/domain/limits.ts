/** Owns the default limits of ingest; `GET /api/v1/limits` shows the ones in force. */

export interface Limits {
  /** Body on the wire, in bytes. */
  readonly maxBodyBytes: number
  /** Body after decompression, in bytes. */
  readonly maxDecodedBytes: number
  readonly maxRecordBytes: number
  readonly maxRecords: number
  readonly maxFeatures: number
  readonly maxFeaturesPerModel: number
  readonly maxNameBytes: number
  readonly maxIdLength: number
  readonly maxStringBytes: number
  readonly maxDepth: number
  readonly maxModels: number
  readonly maxVersionsPerModel: number
  /** How far ahead of the server's clock a timestamp may lie. */
  readonly maxFutureMs: number
  /** Request bytes being handled at once; above it ingest answers 503. */
  readonly maxInFlightBytes: number
  /** Refused records kept a day. */
  readonly maxQuarantinePerDay: number
}

const MIB = 1024 * 1024

export const DEFAULT_LIMITS: Limits = {
  maxBodyBytes: 16 * MIB,
  maxDecodedBytes: 64 * MIB,
  maxRecordBytes: MIB,
  maxRecords: 50_000,
  maxFeatures: 1_000,
  maxFeaturesPerModel: 1_000,
  maxNameBytes: 200,
  maxIdLength: 512,
  maxStringBytes: 8_192,
  maxDepth: 8,
  maxModels: 500,
  maxVersionsPerModel: 200,
  maxFutureMs: 300_000,
  maxInFlightBytes: 128 * MIB,
  maxQuarantinePerDay: 10_000,
}
