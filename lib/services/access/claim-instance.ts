/** Owns making the first administrator: by the one-time link, or by the password that the operator set. */
import type { Context } from '@/lib/access/context'
import { checkNewPassword, hashPassword } from '@/lib/access/password'
import { hashSecret, isSameSecret, newClaimToken } from '@/lib/access/secrets'
import { type StartedSession, startSession } from '@/lib/access/session'
import { AppError } from '@/lib/domain/errors'

const TOKEN_SETTING = 'claim.token_hash'
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@ -]{0,63}$/u

/** Whether nobody has claimed the instance yet. */
export async function isUnclaimed(ctx: Context): Promise<boolean> {
  return (await ctx.metadata.countUsers()) === 0
}

/**
 * Makes the token of the one-time link; one made before stops working.
 * @returns null when an administrator exists
 */
export async function offerClaim(ctx: Context): Promise<string | null> {
  if (!(await isUnclaimed(ctx))) return null
  const token = newClaimToken()
  await ctx.metadata.setSetting(TOKEN_SETTING, hashSecret(token))
  return token
}

/** Makes the administrator `admin` with a password from the environment; does nothing when somebody exists. */
export async function claimHeadless(ctx: Context, password: string): Promise<void> {
  if (!(await isUnclaimed(ctx))) return
  checkNewPassword(password)
  await addAdministrator(ctx, 'admin', password)
}

/**
 * Makes the first administrator and signs them in. Of two that race, one wins.
 * @throws AppError `conflict` when an administrator exists, `forbidden` for a wrong or used token,
 *   `invalid` for an unusable name or password
 */
export async function claimInstance(
  ctx: Context,
  input: { token: string; name: string; password: string },
): Promise<StartedSession> {
  if (!(await isUnclaimed(ctx))) throw new AppError('conflict', 'This instance has an administrator already.')
  const stored = await ctx.metadata.getSetting(TOKEN_SETTING)
  if (stored === null || !isSameSecret(hashSecret(input.token), stored)) {
    throw new AppError(
      'forbidden',
      'This set-up link is not valid. The newest one stands in the log of the server.',
      {
        reason: 'bad_claim_token',
      },
    )
  }
  const name = input.name.trim()
  if (!NAME.test(name)) {
    throw new AppError('invalid', 'The name may have 1 to 64 letters, digits, spaces and . _ @ -', {
      field: 'name',
    })
  }
  checkNewPassword(input.password)
  const user = await addAdministrator(ctx, name, input.password)
  const started = startSession(user, ctx.nowMs)
  await ctx.metadata.addSession(started.session)
  return started
}

async function addAdministrator(ctx: Context, name: string, password: string) {
  const passwordHash = await hashPassword(password)
  const user = await ctx.metadata.addFirstUser({ name, role: 'admin', passwordHash, createdMs: ctx.nowMs })
  await ctx.metadata.setSetting(TOKEN_SETTING, null)
  await ctx.metadata.addAudit({ atMs: ctx.nowMs, actor: name, action: 'instance.claimed', subject: name })
  return user
}
