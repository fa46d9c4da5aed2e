/** Owns answering what administrators do with API keys. */
import * as z from 'zod'
import { KEY_SCOPES, type KeyQuota } from '@/db/contracts/access-records'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { type KeyItem, listKeyItems } from '@/lib/queries/keys'
import { createKey } from '@/lib/services/access/create-key'
import { revokeKey } from '@/lib/services/access/revoke-key'
import { MAX_GRACE_HOURS, rotateKey } from '@/lib/services/access/rotate-key'
import { setKeyQuota } from '@/lib/services/access/set-key-quota'

const Quota = z.number().positive().max(1e12).nullable()

export const KeyBody = z.object({
  name: z.string().max(200),
  scopes: z.array(z.enum(KEY_SCOPES)).max(3),
  records_per_second: Quota.optional().describe('null or absent: no limit'),
  bytes_per_second: Quota.optional().describe('null or absent: no limit'),
})

export const KeyChangeBody = z.object({
  records_per_second: Quota.optional().describe('null: no limit; absent: as it is'),
  bytes_per_second: Quota.optional().describe('null: no limit; absent: as it is'),
})

export const RotateBody = z.object({
  grace_hours: z
    .number()
    .min(0)
    .max(MAX_GRACE_HOURS)
    .nullable()
    .default(24)
    .describe('How long the old key works on; null: until it is revoked'),
})

export const keysHandler: Handler = async (app, exchange) =>
  jsonReply({ keys: (await listKeyItems(app.contextFor(exchange.principal))).map(toApi) })

export const createKeyHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, KeyBody)
  const { name, scopes } = wish
  const { key, secret } = await createKey(app.contextFor(exchange.principal), {
    name,
    scopes,
    ...quotaOf(wish),
  })
  return jsonReply({ key: toApi(key), secret }, 201)
}

/** POST: a second key for the same client. */
export const rotateKeyHandler: Handler = async (app, exchange) => {
  const { grace_hours } = await readJson(app, exchange, RotateBody)
  const { key, secret } = await rotateKey(app.contextFor(exchange.principal), idParam(exchange), grace_hours)
  return jsonReply({ key: toApi(key), secret }, 201)
}

/** PATCH: quotas. */
export const changeKeyHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, KeyChangeBody)
  await setKeyQuota(app.contextFor(exchange.principal), idParam(exchange), quotaOf(wish))
  return emptyReply()
}

function quotaOf(wish: z.output<typeof KeyChangeBody>): Partial<KeyQuota> {
  const { records_per_second, bytes_per_second } = wish
  return {
    ...(records_per_second === undefined ? {} : { recordsPerSecond: records_per_second }),
    ...(bytes_per_second === undefined ? {} : { bytesPerSecond: bytes_per_second }),
  }
}

export const revokeKeyHandler: Handler = async (app, exchange) => {
  await revokeKey(app.contextFor(exchange.principal), idParam(exchange))
  return emptyReply()
}

function toApi(key: KeyItem) {
  const instant = (ms: number | null) => (ms === null ? null : toRfc3339(ms))
  return {
    id: key.id,
    name: key.name,
    scopes: key.scopes,
    prefix: key.prefix,
    created: toRfc3339(key.createdMs),
    created_by: key.createdBy,
    last_used: instant(key.lastUsedMs),
    revoked: instant(key.revokedMs),
    expires: instant(key.expiresMs),
    client: key.clientId ?? key.id,
    records_per_second: key.recordsPerSecond,
    bytes_per_second: key.bytesPerSecond,
  }
}
