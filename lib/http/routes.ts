/** Owns the one table of API routes; both doors and the OpenAPI document are made from it. */
import type { Route } from '@/lib/http/route'
import { INGEST_ROUTES } from '@/lib/http/routes-ingest'

export type { Route } from '@/lib/http/route'

export const ROUTES: readonly Route[] = [...INGEST_ROUTES]
