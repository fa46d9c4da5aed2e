/** Owns what a route declares: method, path, who may call, what goes in and out, and its handler. */
import type * as z from 'zod'
import type { Handler } from '@/lib/http/exchange'

/** `session` needs a signed-in person; keys are refused. */
export type RouteAccess = 'public' | 'ingest' | 'read' | 'admin' | 'session'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Pattern with `{names}`: `/api/v1/models/{model}/evaluations`. */
  readonly path: string
  readonly access: RouteAccess
  readonly summary: string
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly response?: z.ZodType
  /** Media type of the body and of the answer where it is not JSON. */
  readonly consumes?: string
  readonly produces?: string
  readonly handler: Handler
}
