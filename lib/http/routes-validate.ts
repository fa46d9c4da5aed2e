/** Owns the routes that check records before or instead of a prediction. */
import * as z from 'zod'
import { ValidationSchema, validateHandler } from '@/lib/http/handlers/validate'
import type { Route } from '@/lib/http/route'

const BodySchema = z
  .union([z.looseObject({}), z.array(z.looseObject({}))])
  .describe('One record or up to 1,000, in any of the forms that ingest takes')

const validate = (path: string): Route => ({
  method: 'POST',
  path,
  access: 'ingest',
  summary: 'Check records against what the active reference profile expects; nothing of them is stored',
  body: BodySchema,
  consumes: [
    'application/json',
    'application/x-ndjson',
    'application/msgpack',
    'application/x-www-form-urlencoded',
    'application/cloudevents+json',
  ],
  response: ValidationSchema,
  handler: validateHandler,
})

export const VALIDATE_ROUTES: readonly Route[] = [
  validate('/api/v1/validate'),
  validate('/api/v1/validate/{model}'),
]
