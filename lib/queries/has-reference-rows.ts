/** Owns the question: does the profile keep enough rows to compare the column of a monitor with? */
import type { Context } from '@/lib/access/context'
import { columnKey } from '@/lib/domain/column'
import type { Monitor } from '@/lib/domain/monitor'
import { referenceRowsOf } from '@/lib/monitor/slice-reference'
import { rememberedProfile } from '@/lib/queries/evaluation-target'

/** Of a slice only where the profile keeps rows of it; of a whole version always. */
export async function hasReferenceRows(
  ctx: Context,
  { slice, column, profileId }: Monitor,
): Promise<boolean> {
  if (!slice || !column) return true
  const [stored, kept] = await Promise.all([
    rememberedProfile(ctx, profileId),
    ctx.metadata.findSlice(slice.id),
  ])
  const rows = stored && kept ? referenceRowsOf(stored, kept.conditions) : null
  return rows?.columns.has(columnKey(column)) ?? false
}
