/** Owns ending a session. */
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import { hashSecret } from '@/lib/access/secrets'
import { readSessionToken } from '@/lib/access/session'

/** Ends the session whose cookie this is; does nothing when there is none. */
export async function signOut(ctx: Context, cookieHeader: string | null): Promise<void> {
  const token = readSessionToken(ctx.publicUrl, cookieHeader)
  if (token === null) return
  await ctx.metadata.deleteSession(hashSecret(token))
  const actor = actorName(ctx.principal)
  await ctx.metadata.addAudit({ atMs: ctx.nowMs, actor, action: 'session.ended', subject: actor })
}
