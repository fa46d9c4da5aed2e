/** Owns who is asking, and the one check of what they may do. */
import type { KeyQuota, KeyScope } from '@/db/contracts/access-records'
import type { LinkAction } from '@/lib/access/signed-link'
import { AppError } from '@/lib/domain/errors'

/** Who is asking. The worker and the command line act as `system`. */
export type Principal =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'system' }
  | {
      readonly kind: 'key'
      readonly keyId: number
      readonly name: string
      readonly scopes: readonly KeyScope[]
      /** The first key of its client; absent for the operator's own key. */
      readonly clientId?: number
      /** What its client may send; absent without limit. */
      readonly quota?: KeyQuota
    }
  | {
      readonly kind: 'user'
      readonly userId: number
      readonly name: string
      readonly role: 'admin' | 'viewer'
      readonly csrfToken: string
    }
  /** Whoever holds a signed link from a message: may do one thing to one alert, or to each that the message told of. */
  | {
      readonly kind: 'link'
      readonly channel: string
      readonly about: 'alert' | 'self'
      readonly alertId: number
      readonly action: LinkAction
      /** The link acts on all alerts of a message; absent: on this one. */
      readonly ofGroup?: boolean
    }

export const ANONYMOUS: Principal = { kind: 'anonymous' }
export const SYSTEM: Principal = { kind: 'system' }

/** Name for history and audit rows. */
export function actorName(principal: Principal): string {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous'
    case 'system':
      return 'plumbline'
    case 'key':
      return `key ${principal.name}`
    case 'user':
      return principal.name
    case 'link':
      return `signed link ${principal.ofGroup ? 'for a group ' : ''}sent to ${principal.channel}`
  }
}

/**
 * Whether the principal may do what the scope covers. `admin` covers `read`, and `ingest` too for keys; `read` covers
 * `metrics`; `ingest` and `metrics` cover nothing else. A signed-in user reads; an administrator does everything.
 */
export function hasScope(principal: Principal, scope: KeyScope): boolean {
  switch (principal.kind) {
    case 'anonymous':
    case 'link':
      return false
    case 'system':
      return true
    case 'key':
      if (scope === 'metrics' && principal.scopes.includes('read')) return true
      return principal.scopes.includes(scope) || principal.scopes.includes('admin')
    case 'user':
      return scope === 'read' || scope === 'metrics' || principal.role === 'admin'
  }
}

/** @throws AppError `unauthorized` for nobody, `forbidden` for somebody without the scope. */
export function requireScope(principal: Principal, scope: KeyScope): void {
  if (hasScope(principal, scope)) return
  if (principal.kind === 'anonymous') throw new AppError('unauthorized', 'Sign in or send an API key.')
  throw new AppError('forbidden', `This needs the scope "${scope}".`)
}

/**
 * Administrators do everything to an alert, a signed link what it was made for.
 * @param act null for what no link can do
 * @throws AppError `unauthorized`, `forbidden`
 */
export function requireAct(
  principal: Principal,
  about: 'alert' | 'self',
  alertId: number,
  act: LinkAction | null,
): void {
  const isMadeForIt =
    principal.kind === 'link' &&
    principal.about === about &&
    principal.alertId === alertId &&
    principal.action === act
  if (!isMadeForIt) requireScope(principal, 'admin')
}
