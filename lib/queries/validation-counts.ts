/** Owns the question: which clients ask for records to be checked, and what is wrong with theirs? */
import type { Context } from '@/lib/access/context'
import { hasScope, requireScope } from '@/lib/access/principal'
import { alignDown, DAY_MS } from '@/lib/domain/time'

export interface ValidationItem {
  readonly client: string
  readonly model: string
  readonly checked: number
  /** Records in which something was wrong. */
  readonly refused: number
  readonly lastMs: number
  /** Most frequent first, at most 5. */
  readonly findings: readonly { readonly field: string; readonly code: string; readonly count: number }[]
}

const DAYS = 7
const MAX_ROWS = 2_000
const MAX_FINDINGS = 5

/** Counts of the last seven days by client and model; clients are named for administrators only. */
export async function listValidation(ctx: Context): Promise<ValidationItem[]> {
  requireScope(ctx.principal, 'read')
  const sinceMs = alignDown(ctx.nowMs, DAY_MS) - (DAYS - 1) * DAY_MS
  const rows = await ctx.metadata.listValidationCounts(sinceMs, MAX_ROWS)
  if (rows.length === 0) return []
  const models = new Map((await ctx.metadata.listModels()).map(({ id, name }) => [id, name]))
  const names = new Map((await ctx.metadata.listKeys()).map(({ id, name }) => [id, name]))
  const clientName = (id: number) => {
    if (id === -1) return 'people'
    if (!hasScope(ctx.principal, 'admin')) return `client ${id}`
    return id === 0 ? 'PLUMBLINE_ADMIN_KEY' : (names.get(id) ?? `client ${id}`)
  }
  const items = new Map<
    string,
    ValidationItem & { findings: { field: string; code: string; count: number }[] }
  >()
  for (const { clientId, modelId, field, code, count, lastMs } of rows) {
    const key = `${clientId} ${modelId}`
    const before = items.get(key) ?? {
      client: clientName(clientId),
      model: models.get(modelId) ?? '',
      checked: 0,
      refused: 0,
      lastMs: 0,
      findings: [],
    }
    const isTotal = code === 'checked' || code === 'refused'
    if (!isTotal && before.findings.length < MAX_FINDINGS) before.findings.push({ field, code, count })
    items.set(key, {
      ...before,
      ...(isTotal ? { [code]: count } : {}),
      lastMs: Math.max(before.lastMs, lastMs),
    })
  }
  return [...items.values()].sort((a, b) => b.refused - a.refused || b.checked - a.checked)
}
