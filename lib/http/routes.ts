/** Owns the one table of API routes; both doors and the OpenAPI document are made from it. */
import * as z from 'zod'
import { openApiDocument } from '@/lib/http/openapi'
import { jsonReply } from '@/lib/http/reply'
import type { Route } from '@/lib/http/route'
import { ALERT_ROUTES } from '@/lib/http/routes-alerts'
import { AUDIT_ROUTES } from '@/lib/http/routes-audit'
import { CHANNEL_ROUTES } from '@/lib/http/routes-channels'
import { CUSTOM_METRIC_ROUTES } from '@/lib/http/routes-custom-metrics'
import { INGEST_ROUTES } from '@/lib/http/routes-ingest'
import { KEY_ROUTES } from '@/lib/http/routes-keys'
import { METRICS_ROUTES } from '@/lib/http/routes-metrics'
import { MODEL_ROUTES } from '@/lib/http/routes-models'
import { MONITOR_ROUTES } from '@/lib/http/routes-monitors'
import { PROFILE_ROUTES } from '@/lib/http/routes-profiles'
import { RULE_ROUTES } from '@/lib/http/routes-rules'
import { SETTINGS_ROUTES } from '@/lib/http/routes-settings'
import { SHIPPER_ROUTES } from '@/lib/http/routes-shippers'
import { SIGNED_LINK_ROUTES } from '@/lib/http/routes-signed-links'
import { SILENCE_ROUTES } from '@/lib/http/routes-silences'
import { SLICE_ROUTES } from '@/lib/http/routes-slices'
import { VALIDATE_ROUTES } from '@/lib/http/routes-validate'

export type { Route } from '@/lib/http/route'

const OPENAPI_ROUTE: Route = {
  method: 'GET',
  path: '/api/v1/openapi.json',
  access: 'any',
  summary: 'This description of the API',
  response: z.looseObject({ openapi: z.string() }),
  handler: async (app) => jsonReply(openApiDocument(ROUTES, app.publicUrl)),
}

export const ROUTES: readonly Route[] = [
  ...INGEST_ROUTES,
  ...SHIPPER_ROUTES,
  ...MODEL_ROUTES,
  ...PROFILE_ROUTES,
  ...MONITOR_ROUTES,
  ...ALERT_ROUTES,
  ...SILENCE_ROUTES,
  ...SIGNED_LINK_ROUTES,
  ...SLICE_ROUTES,
  ...CUSTOM_METRIC_ROUTES,
  ...CHANNEL_ROUTES,
  ...METRICS_ROUTES,
  ...SETTINGS_ROUTES,
  ...KEY_ROUTES,
  ...AUDIT_ROUTES,
  ...RULE_ROUTES,
  ...VALIDATE_ROUTES,
  OPENAPI_ROUTE,
]
