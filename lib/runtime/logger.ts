/** Owns how this process logs: one JSON object a line on stdout, secrets taken out by name. */
import pino, { type Logger } from 'pino'
import type { Settings } from '@/lib/runtime/settings'

/** Field names whose values never reach a log, at the top level and one level down. */
const SECRET_FIELDS = [
  'password',
  'secret',
  'token',
  'key',
  'authorization',
  'cookie',
  'url',
  'adminKey',
  'adminPassword',
]

/** @param part which process speaks: `server` or `worker` */
export function createLogger(settings: Pick<Settings, 'logLevel'>, part: string): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: { part, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    // Written at once: a line must not be lost when the process ends itself after an error.
    pino.destination({ fd: 1, sync: true }),
  )
}
