/**
 * Owns which instance a command talks to, and with which key. Without a key it makes one through the data folder, as
 * long as the command runs: whoever may write there may do anything anyway.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { SYSTEM } from '@/lib/access/principal'
import { type App, openWorkerApp } from '@/lib/runtime/app'
import { isAlive, readAddress } from '@/lib/runtime/instance-address'
import { parseSettings, type Settings } from '@/lib/runtime/settings'
import { createKey } from '@/lib/services/access/create-key'
import { revokeKey } from '@/lib/services/access/revoke-key'

/** Of the program: relative data folders lie there, as they do for the server. Source and bundle lie equally deep. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

export interface Instance {
  /** Without a trailing slash. */
  readonly url: string
  /** An API key with the scope admin. */
  readonly key: string
  /** Revokes the key where it was made here. */
  close(): Promise<void>
}

export interface Wanted {
  /** Of the npm script: names the key in the list of keys. */
  readonly command: string
  readonly url: string | undefined
  readonly key: string | undefined
}

/**
 * The instance that a command was told of, else the one whose data folder is here.
 * @throws Error with a sentence when there is no key and none can be made; SettingsError for a wrong setting
 */
export async function openInstance(
  wanted: Wanted,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Instance> {
  const given = wanted.url ?? env.PLUMBLINE_URL
  const key = wanted.key || env.PLUMBLINE_ADMIN_KEY
  if (key) {
    const url = given ?? `http://127.0.0.1:${env.PORT || 3000}`
    return { url: url.replace(/\/+$/, ''), key, close: async () => {} }
  }
  const dataDir = path.resolve(ROOT, env.PLUMBLINE_DATA_DIR || 'data')
  const url = addressOf(dataDir, wanted)
  const settings = parseSettings({ ...env, PLUMBLINE_DATA_DIR: dataDir, PLUMBLINE_LOG_LEVEL: 'silent' })
  return { url, ...(await makeKey(settings, `npm run ${wanted.command}`)) }
}

/** Where the instance of this folder answers. A key for it is shown to nobody else. */
function addressOf(dataDir: string, { url }: Wanted): string {
  const address = existsSync(path.join(dataDir, 'plumbline.db')) ? readAddress(dataDir) : null
  if (address === null) {
    throw new Error(
      [
        `No Plumbline runs on the data folder ${dataDir}.`,
        'Start one in another terminal with "npm start"; where its folder is another, set PLUMBLINE_DATA_DIR here too.',
        'For one elsewhere, give --url and --key.',
      ].join('\n'),
    )
  }
  if (url !== undefined && !isSame(url, address)) {
    throw new Error(
      `${url} is not the instance of the data folder ${dataDir}, which answers at ${address}. Give --key, or PLUMBLINE_ADMIN_KEY.`,
    )
  }
  return address
}

function isSame(url: string, address: string): boolean {
  const [a, b] = [new URL(url), new URL(address)]
  const isHere = LOOPBACK.has(a.hostname) && LOOPBACK.has(b.hostname)
  return a.protocol === b.protocol && a.port === b.port && (a.hostname === b.hostname || isHere)
}

async function makeKey(settings: Settings, command: string): Promise<Omit<Instance, 'url'>> {
  const app = await openWorkerApp(settings, ROOT)
  try {
    await revokeForgotten(app, command)
    const made = await createKey(app.contextFor(SYSTEM), {
      name: `${command} (process ${process.pid})`,
      scopes: ['admin'],
    })
    let closed: Promise<void> | null = null
    const close = () => {
      closed ??= revokeKey(app.contextFor(SYSTEM), made.key.id).finally(() => app.close())
      return closed
    }
    closeOnSignals(close)
    return { key: made.secret, close }
  } catch (error) {
    await app.close()
    throw error
  }
}

/** Keys of commands that were killed. Nobody has their secrets any more, but they would look as if somebody had. */
async function revokeForgotten(app: App, command: string): Promise<void> {
  for (const { id, name, revokedMs } of await app.stores.metadata.listKeys()) {
    const pid = name.startsWith(`${command} (process `)
      ? Number.parseInt(name.split(' (process ')[1] ?? '', 10)
      : 0
    if (revokedMs === null && pid > 0 && !isAlive(pid)) await revokeKey(app.contextFor(SYSTEM), id)
  }
}

/** A command that does not end by itself on a signal ends here. */
function closeOnSignals(close: () => Promise<void>): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    process.once(signal, () => {
      const isAlone = process.listenerCount(signal) === 0
      close().finally(() => isAlone && process.exit(128 + number))
    })
  }
}
