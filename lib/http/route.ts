/** Owns what a route declares: method, path, who may call, what goes in and out, and its handler. */
import type * as z from 'zod'
import type { Handler } from '@/lib/http/exchange'
import type { ProblemForm } from '@/lib/http/problem'

/** `any` needs valid credentials of whatever scope; `session` needs a signed-in person, keys are refused. */
export type RouteAccess = 'public' | 'any' | 'ingest' | 'read' | 'metrics' | 'admin' | 'session'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Pattern with `{names}`: `/api/v1/models/{model}/evaluations`. */
  readonly path: string
  readonly access: RouteAccess
  readonly summary: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly response?: z.ZodType
  /** Media types of the body and of the answer where they are not JSON alone. */
  readonly consumes?: readonly string[]
  readonly produces?: readonly string[]
  readonly handler: Handler
  /**
   * Only reads the stores, and may take a while: answered by the renderer while there is one, so that no long
   * question stands between two records.
   */
  readonly readsOnly?: true
  /** How failures are answered where the protocol of the route words them in its own way. */
  readonly problem?: ProblemForm
}
