/** Owns answering what administrators do with API keys. */
import * as z from 'zod'
import { KEY_SCOPES } from '@/db/contracts/access-records'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { type KeyItem, listKeyItems } from '@/lib/queries/keys'
import { createKey } from '@/lib/services/access/create-key'
import { revokeKey } from '@/lib/services/access/revoke-key'

export const KeyBody = z.object({ name: z.string().max(200), scopes: z.array(z.enum(KEY_SCOPES)).max(3) })

export const keysHandler: Handler = async (app, exchange) =>
  jsonReply({ keys: (await listKeyItems(app.contextFor(exchange.principal))).map(toApi) })

export const createKeyHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, KeyBody)
  const { key, secret } = await createKey(app.contextFor(exchange.principal), wish)
  return jsonReply({ key: toApi(key), secret }, 201)
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
  }
}
