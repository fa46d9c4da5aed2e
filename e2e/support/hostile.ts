/** Owns names that try to leave their place, and filling a server with them wherever it takes a name. */
import type { TestServer } from '../../lib/runtime/testing'
import { send } from './send'

/** Each where a name of its kind has broken something, somewhere. */
export const HOSTILE_NAMES = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "'><svg/onload=alert(3)>",
  '</title><script>alert(4)</script>',
  '</textarea></select><script>alert(5)</script>',
  '<!--><script>alert(6)</script>-->',
  ']]><script>alert(7)</script>',
  '<iframe srcdoc="<script>alert(8)</script>">',
  '<a href="javascript:alert(9)">press</a>',
  'javascript:alert(10)',
  'data:text/html,<script>alert(11)</script>',
  "{{constructor.constructor('alert(12)')()}}",
  `\${alert(13)}`,
  '<%= alert(14) %>',
  '" onmouseover="alert(15)" x="',
  "' autofocus onfocus='alert(16)",
  '`-alert(17)-`',
  '\u202Efdp.exe\u202C',
  'zero\u200Bwidth\u2060\uFEFF',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'Z̷̧̛̻̤͌͝a̸̢͙̐͜l̵̰̇g̷͕̑o̴̱͋',
  'مرحبا שלום',
  'W'.repeat(100),
  '%2F%2e%2e%2F',
  '..',
  '%00',
  '__proto__',
  "=cmd|' /C calc'!A0",
  "'; DROP TABLE alert;--",
  '&lt;script&gt;alert(30)&lt;/script&gt;',
] as const

/** Models and versions hold no slash. */
export const ENTITY_NAMES = HOSTILE_NAMES.filter((name) => !/[/\\]/.test(name))

export const HOSTILE = {
  model: '"><img src=x onerror=alert(2)>',
  version: `v'; DROP TABLE models;-- %2e {{7*7}} \${x}`,
  /** Holds all names as categories. */
  category: '<svg onload=alert(31)>/../a%2Fb',
} as const

const HOUR_MS = 3_600_000
const HOURS = 8
const RECORDS_AN_HOUR = 240
const REFERENCE_ROWS = 1_500

/** Values spread evenly: the same on every run. */
function rowOf(index: number, isDrifted: boolean): Map<string, number | string> {
  const row = new Map<string, number | string>()
  HOSTILE_NAMES.forEach((name, at) => {
    const spread = (index * 0.618_034 + at * 0.1) % 1
    row.set(name, Number((spread * 100 + (isDrifted ? 60 : 0)).toFixed(2)))
  })
  const shown = isDrifted ? index % 7 : index % HOSTILE_NAMES.length
  row.set(HOSTILE.category, HOSTILE_NAMES[shown] ?? '')
  return row
}

const csvCell = (value: string | number) => `"${String(value).replaceAll('"', '""')}"`

function referenceCsv(): string {
  const rows = Array.from({ length: REFERENCE_ROWS }, (_, index) => rowOf(index, false))
  const [first] = rows
  const lines = rows.map((row, index) => [...row.values(), (index % 100) / 100].map(csvCell).join(','))
  return [[...(first?.keys() ?? []), 'score'].map(csvCell).join(','), ...lines].join('\n')
}

/** One hour; a name may be `__proto__`, so the objects are made of entries. */
function recordsOf(startMs: number, isDrifted: boolean): object[] {
  return Array.from({ length: RECORDS_AN_HOUR }, (_, index) => ({
    model: HOSTILE.model,
    version: HOSTILE.version,
    prediction_id: `${HOSTILE_NAMES[index % HOSTILE_NAMES.length]} ${startMs} ${index}`,
    timestamp: new Date(startMs + Math.floor((index / RECORDS_AN_HOUR) * HOUR_MS)).toISOString(),
    features: Object.fromEntries(rowOf(index, isDrifted)),
    prediction_score: (index % 100) / 100,
    tags: { region: HOSTILE_NAMES[index % HOSTILE_NAMES.length] },
    latency_ms: 20,
  }))
}

export interface HostileSeed {
  readonly alertId: number
  readonly profileId: number
}

/** Everything that has a name, named by each of the names that it takes. */
export async function seedHostile(server: TestServer): Promise<HostileSeed> {
  const path = `/api/v1/models/${encodeURIComponent(HOSTILE.model)}`
  const versionPath = `${path}/versions/${encodeURIComponent(HOSTILE.version)}`
  const mapping = encodeURIComponent(JSON.stringify({ score: 'score' }))
  const profile = await send<{ id: number }>(
    server,
    'PUT',
    `${versionPath}/profile?activate=1&mapping=${mapping}&name=${encodeURIComponent('<b>training</b>.csv')}`,
    referenceCsv(),
  )
  const endMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS
  for (let hour = HOURS; hour > 0; hour--) {
    await send(server, 'POST', '/api/v1/ingest', {
      records: recordsOf(endMs - (hour - 1) * HOUR_MS, hour <= HOURS / 2),
    })
  }
  const others = ENTITY_NAMES.flatMap((name) => [
    {
      model: name,
      version: name,
      prediction_id: 'a',
      features: { [HOSTILE.category]: name },
      prediction: name,
    },
    { model: HOSTILE.model, version: name, prediction_id: `b ${name}`, features: { x: 1 }, prediction: name },
  ])
  await send(server, 'POST', '/api/v1/ingest', { records: others })
  const refused = HOSTILE_NAMES.map((name) => ({
    model: HOSTILE.model,
    prediction_id: name,
    features: { [name]: [1] },
  }))
  await send(server, 'POST', '/api/v1/ingest', { records: refused }, 422)
  await nameTheRest(server, path)
  const alertId = await untilAlert(server)
  await nameAlert(server, alertId)
  return { alertId, profileId: profile.id }
}

/** Keys, channels, routes, silences, changes, rules of fields, owners. */
async function nameTheRest(server: TestServer, path: string): Promise<void> {
  const channels: number[] = []
  for (const [at, name] of HOSTILE_NAMES.entries()) {
    await send(server, 'POST', '/api/v1/keys', { name, scopes: ['ingest'] })
    if (at % 5 === 0) {
      const url = 'https://example.org/hook'
      const { channel } = await send<{ channel: { id: number } }>(server, 'POST', '/api/v1/channels', {
        name,
        kind: 'slack',
        url,
      })
      channels.push(channel.id)
    }
  }
  const routes = HOSTILE_NAMES.map((name, at) => ({
    name: name.slice(0, 100),
    models: [name],
    owners: [name],
    channels: channels.slice(at % channels.length),
  }))
  await send(server, 'PUT', '/api/v1/alert-routes', { revision: 0, routes })
  for (const [at, name] of HOSTILE_NAMES.entries()) {
    const atMs = Date.now() - (at % 7) * HOUR_MS
    const kind = (['deploy', 'config', 'data'] as const)[at % 3]
    await send(server, 'POST', '/api/v1/markers', { kind, title: name, at: new Date(atMs).toISOString() })
    if (at % 3 === 0) {
      // Names that no model has: nothing of what is looked at falls silent.
      const matchers = { models: [`${name}!`], columns: [name], owners: [name] }
      await send(server, 'POST', '/api/v1/silences', { matchers, reason: name })
    }
  }
  await send(server, 'PUT', `${path}/mapping`, {
    rules: HOSTILE_NAMES.filter((name) => !name.includes('.')).map((name) => ({
      path: `features.${name}`,
      treatment: 'coarse',
    })),
  })
  await send(server, 'PUT', `${path}/settings`, { owner: HOSTILE_NAMES[3] })
  await send(server, 'PUT', `${path}/settings`, { runbookUrl: 'javascript:alert(40)' }, 422)
}

async function nameAlert(server: TestServer, alertId: number): Promise<void> {
  const path = `/api/v1/alerts/${alertId}`
  for (const text of HOSTILE_NAMES) await send(server, 'POST', `${path}/comment`, { text })
  await send(server, 'POST', `${path}/assign`, { assignee: HOSTILE_NAMES[1] })
  await send(server, 'PATCH', '/api/v1/monitors/1', { owner: HOSTILE_NAMES[0], why: HOSTILE_NAMES[2] })
  await send(server, 'PATCH', '/api/v1/monitors/1', { runbookUrl: 'javascript:alert(41)' }, 422)
}

async function untilAlert(server: TestServer): Promise<number> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const response = await server.fetch(
      `/api/v1/alerts?state=open&model=${encodeURIComponent(HOSTILE.model)}`,
    )
    const { alerts = [] } = (await response.json()) as { alerts?: { id: number; cause: string }[] }
    const drift = alerts.find(({ cause }) => cause === 'input_drift')
    if (drift) return drift.id
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  throw new Error('No drift alert opened within 2 minutes.')
}
