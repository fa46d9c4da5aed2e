/** Owns signing a person in. */
import type { Context } from '@/lib/access/context'
import { isPassword, wastePasswordCheck } from '@/lib/access/password'
import { type StartedSession, startSession } from '@/lib/access/session'
import { throttleOf } from '@/lib/access/sign-in-throttle'
import { AppError } from '@/lib/domain/errors'

/**
 * Checks name and password and starts a session.
 * @param input `address` is where the request comes from, for the brake on guessing
 * @throws AppError `unauthorized` without saying which of the two was wrong; `limited` after repeated failures
 */
export async function signIn(
  ctx: Context,
  input: { name: string; password: string; address: string },
): Promise<StartedSession> {
  const name = input.name.trim()
  const throttle = throttleOf(ctx.metadata)
  const waitMs = throttle.waitMs(name, input.address, ctx.nowMs)
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1_000)
    throw new AppError('limited', `Too many failed attempts. Try again in ${seconds} s.`, {
      retryAfterSeconds: seconds,
    })
  }
  // Counted before the slow check and taken back after it: tries sent at once must not all slip through.
  throttle.failed(name, input.address, ctx.nowMs)
  const user = await ctx.metadata.findUser(name)
  if (!user) await wastePasswordCheck(input.password)
  if (!user || !(await isPassword(user.passwordHash, input.password))) {
    ctx.logger.warn({ address: input.address }, 'a sign-in failed')
    throw new AppError('unauthorized', 'Name or password is wrong.', { reason: 'bad_password' })
  }
  throttle.succeeded(name, input.address)
  const started = startSession(user, ctx.nowMs)
  await ctx.metadata.addSession(started.session)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: user.name,
    action: 'session.started',
    subject: user.name,
  })
  return started
}
