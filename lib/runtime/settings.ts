/** Owns what an operator can set by environment: names, forms, defaults. Parsed once, at start; knows nothing of stores. */
import { isIP } from 'node:net'
import path from 'node:path'
import * as z from 'zod'
import { DEFAULT_RETENTION, type Retention } from '@/lib/access/context'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { isAppError } from '@/lib/domain/errors'
import { DEFAULT_LIMITS, type Limits } from '@/lib/domain/limits'
import { DEFAULT_SAMPLE_ROWS } from '@/lib/summary/rows'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export interface Settings {
  /** 0 lets the system choose; the address printed at start has the true one. */
  readonly port: number
  readonly bind: string
  /** Absolute path. */
  readonly dataDir: string
  /** Public address without a trailing slash; null means `http://localhost:<port>`. */
  readonly url: string | null
  readonly adminPassword: string | null
  readonly adminKey: string | null
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** False: only the API is served, no pages. */
  readonly pages: boolean
  /** Without a visitor for this long, in milliseconds, the renderer ends until the next one comes; 0: never. */
  readonly rendererRestMs: number
  /** Further host names that requests may name, beside localhost, the bind address, PLUMBLINE_URL and IP addresses. */
  readonly allowedHosts: readonly string[]
  /** Believe X-Forwarded-For from the nearest proxy. */
  readonly trustProxy: boolean
  /** Hosts and CIDR ranges that webhooks may reach although they are private. */
  readonly outboundAllow: readonly string[]
  readonly retention: Retention
  readonly limits: Limits
  /** Records kept of every hour and day of a version, for the methods that look at whole records; 0 for none. */
  readonly sampleRows: number
}

/** A setting that cannot be used. The message is one line, fit for the terminal, and holds no secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must lie between ${min} and ${max}`)
const count = wholeNumber(1, 2 ** 40)
const days = wholeNumber(1, 36_500)
const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on')
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

const address = z
  .string()
  .refine((value) => isIP(value) !== 0 || value === 'localhost', 'must be an IP address or localhost')

const url = z
  .string()
  .refine(
    isPlainHttpUrl,
    'must be an http or https address without path, for example https://plumbline.example.com',
  )
  .transform((value) => new URL(value).origin)

/** Every environment variable that the server and the worker read, with its form. All are optional. */
const ENVIRONMENT = {
  PORT: wholeNumber(0, 65_535),
  PLUMBLINE_BIND: address,
  PLUMBLINE_DATA_DIR: z.string(),
  PLUMBLINE_URL: url,
  PLUMBLINE_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').max(1_024, 'is too long'),
  PLUMBLINE_ADMIN_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{24,255}$/, 'must be 24 to 255 visible ASCII characters without spaces'),
  PLUMBLINE_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`),
  PLUMBLINE_PAGES: onOff,
  PLUMBLINE_RENDERER_REST_SECONDS: wholeNumber(0, 86_400),
  PLUMBLINE_ALLOWED_HOSTS: list,
  PLUMBLINE_TRUST_PROXY: onOff,
  PLUMBLINE_OUTBOUND_ALLOW: list.superRefine(checkAddressPolicy),
  PLUMBLINE_RETENTION_DAYS: days,
  PLUMBLINE_MINUTE_BUCKET_DAYS: days,
  PLUMBLINE_HOUR_BUCKET_DAYS: days,
  PLUMBLINE_DAY_BUCKET_DAYS: days,
  PLUMBLINE_PENDING_LABEL_DAYS: days,
  PLUMBLINE_LABEL_DAYS: days,
  PLUMBLINE_SAMPLE_ROWS: wholeNumber(0, 10_000),
  PLUMBLINE_MAX_BODY_BYTES: count,
  PLUMBLINE_MAX_DECODED_BYTES: count,
  PLUMBLINE_MAX_RECORD_BYTES: count,
  PLUMBLINE_MAX_RECORDS: count,
  PLUMBLINE_MAX_FEATURES: count,
  PLUMBLINE_MAX_MODELS: count,
  PLUMBLINE_MAX_VERSIONS_PER_MODEL: count,
  PLUMBLINE_MAX_IN_FLIGHT_BYTES: count,
  PLUMBLINE_MAX_QUARANTINE_PER_DAY: count,
}

/** Names of all settings, for the test that holds the documentation against them. */
export const SETTING_NAMES: readonly string[] = Object.keys(ENVIRONMENT)

type Name = keyof typeof ENVIRONMENT
type Values = { [K in Name]?: z.output<(typeof ENVIRONMENT)[K]> }

/** Names that scripts and crash tests read; they are no settings, but no mistakes either. */
const OTHER_NAMES: ReadonlySet<string> = new Set(['PLUMBLINE_CHROMIUM', 'PLUMBLINE_KEY', 'PLUMBLINE_FAULT'])

/**
 * Reads the settings. Empty values count as absent.
 * @throws SettingsError for a wrong value, and for a PLUMBLINE_ name that does not exist.
 */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  refuseUnknownNames(env)
  const values: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(ENVIRONMENT)) {
    const text = env[name]
    if (text === undefined || text.trim() === '') continue
    const result = schema.safeParse(text.trim())
    if (!result.success)
      throw new SettingsError(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}.`)
    values[name] = result.data
  }
  return settingsOf(values as Values)
}

/** The settings as they are printed at start: secrets are only told to be there or not. */
export function printableSettings(settings: Settings): Record<string, unknown> {
  const { url, adminPassword, adminKey, ...rest } = settings
  return {
    ...rest,
    publicUrl: url,
    hasAdminPassword: adminPassword !== null,
    hasAdminKey: adminKey !== null,
  }
}

function settingsOf(values: Values): Settings {
  return {
    port: values.PORT ?? 3_000,
    bind: values.PLUMBLINE_BIND ?? '127.0.0.1',
    dataDir: path.resolve(/* turbopackIgnore: true */ values.PLUMBLINE_DATA_DIR ?? 'data'),
    url: values.PLUMBLINE_URL ?? null,
    adminPassword: values.PLUMBLINE_ADMIN_PASSWORD ?? null,
    adminKey: values.PLUMBLINE_ADMIN_KEY ?? null,
    logLevel: values.PLUMBLINE_LOG_LEVEL ?? 'info',
    pages: values.PLUMBLINE_PAGES ?? true,
    rendererRestMs: (values.PLUMBLINE_RENDERER_REST_SECONDS ?? 1_800) * 1_000,
    allowedHosts: (values.PLUMBLINE_ALLOWED_HOSTS ?? []).map((host) => host.toLowerCase()),
    trustProxy: values.PLUMBLINE_TRUST_PROXY ?? false,
    outboundAllow: values.PLUMBLINE_OUTBOUND_ALLOW ?? [],
    retention: {
      logDays: values.PLUMBLINE_RETENTION_DAYS ?? DEFAULT_RETENTION.logDays,
      minuteBucketDays: values.PLUMBLINE_MINUTE_BUCKET_DAYS ?? DEFAULT_RETENTION.minuteBucketDays,
      hourBucketDays: values.PLUMBLINE_HOUR_BUCKET_DAYS ?? DEFAULT_RETENTION.hourBucketDays,
      dayBucketDays: values.PLUMBLINE_DAY_BUCKET_DAYS ?? DEFAULT_RETENTION.dayBucketDays,
      pendingLabelDays: values.PLUMBLINE_PENDING_LABEL_DAYS ?? DEFAULT_RETENTION.pendingLabelDays,
      // Without its record a label says nothing.
      labelDays:
        values.PLUMBLINE_LABEL_DAYS ?? values.PLUMBLINE_RETENTION_DAYS ?? DEFAULT_RETENTION.labelDays,
    },
    sampleRows: values.PLUMBLINE_SAMPLE_ROWS ?? DEFAULT_SAMPLE_ROWS,
    limits: {
      ...DEFAULT_LIMITS,
      maxBodyBytes: values.PLUMBLINE_MAX_BODY_BYTES ?? DEFAULT_LIMITS.maxBodyBytes,
      maxDecodedBytes: values.PLUMBLINE_MAX_DECODED_BYTES ?? DEFAULT_LIMITS.maxDecodedBytes,
      maxRecordBytes: values.PLUMBLINE_MAX_RECORD_BYTES ?? DEFAULT_LIMITS.maxRecordBytes,
      maxRecords: values.PLUMBLINE_MAX_RECORDS ?? DEFAULT_LIMITS.maxRecords,
      maxFeatures: values.PLUMBLINE_MAX_FEATURES ?? DEFAULT_LIMITS.maxFeatures,
      maxModels: values.PLUMBLINE_MAX_MODELS ?? DEFAULT_LIMITS.maxModels,
      maxVersionsPerModel: values.PLUMBLINE_MAX_VERSIONS_PER_MODEL ?? DEFAULT_LIMITS.maxVersionsPerModel,
      maxInFlightBytes: values.PLUMBLINE_MAX_IN_FLIGHT_BYTES ?? DEFAULT_LIMITS.maxInFlightBytes,
      maxQuarantinePerDay: values.PLUMBLINE_MAX_QUARANTINE_PER_DAY ?? DEFAULT_LIMITS.maxQuarantinePerDay,
    },
  }
}

function refuseUnknownNames(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(env)) {
    if (!name.startsWith('PLUMBLINE_') || name in ENVIRONMENT || OTHER_NAMES.has(name)) continue
    throw new SettingsError(`${name} is not a setting. Known: ${SETTING_NAMES.join(', ')}.`)
  }
}

function isPlainHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, hash, username } = new URL(text)
  return /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '' && username === ''
}

function checkAddressPolicy(allow: readonly string[], ctx: z.RefinementCtx): void {
  try {
    parseAddressPolicy(allow)
  } catch (error) {
    ctx.addIssue({
      code: 'custom',
      message: `cannot be used: ${isAppError(error) ? error.message : String(error)}`,
    })
  }
}
