/** Owns the one table of API routes; both doors and the OpenAPI document are made from it. */
import type { Route } from '@/lib/http/route'

export type { Route } from '@/lib/http/route'

export const ROUTES: readonly Route[] = []
