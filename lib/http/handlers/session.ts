/** Owns claiming the instance, signing in and out over HTTP: the only place where the session cookie is set. */
import * as z from 'zod'
import { ANONYMOUS } from '@/lib/access/principal'
import { clearedSessionCookie, type StartedSession, sessionCookie } from '@/lib/access/session'
import { AppError } from '@/lib/domain/errors'
import type { Handler, HttpApp, Reply } from '@/lib/http/exchange'
import { readJson } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { claimInstance } from '@/lib/services/access/claim-instance'
import { signIn } from '@/lib/services/access/sign-in'
import { signOut } from '@/lib/services/access/sign-out'

const PasswordField = z.string().max(1_024)
export const ClaimBody = z.object({
  token: z.string().max(200),
  name: z.string().max(200),
  password: PasswordField,
})
export const SignInBody = z.object({ name: z.string().max(200), password: PasswordField })

export const claimHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, ClaimBody)
  return started(app, await claimInstance(app.contextFor(ANONYMOUS), wish))
}

export const signInHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, SignInBody)
  const address = exchange.remoteAddress
  return started(app, await signIn(app.contextFor(ANONYMOUS), { ...wish, address }))
}

export const signOutHandler: Handler = async (app, exchange) => {
  await signOut(app.contextFor(exchange.principal), exchange.header('cookie'))
  return emptyReply(204, { 'set-cookie': clearedSessionCookie(app.publicUrl) })
}

export const sessionHandler: Handler = async (_app, { principal }) => {
  if (principal.kind !== 'user') throw new AppError('forbidden', 'This is for signed-in people only.')
  return jsonReply({ name: principal.name, role: principal.role, csrf_token: principal.csrfToken })
}

function started(app: HttpApp, { user, session, ...rest }: StartedSession): Reply {
  const cookie = sessionCookie(app.publicUrl, { user, session, ...rest })
  return jsonReply({ name: user.name, role: user.role, csrf_token: session.csrfToken }, 200, {
    'set-cookie': cookie,
  })
}
