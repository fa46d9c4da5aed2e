/** Owns the routes of slices. */
import * as z from 'zod'
import { SliceConditionsSchema } from '@/lib/domain/slice'
import {
  endSliceHandler,
  previewSliceHandler,
  putSliceHandler,
  SliceBody,
  SlicePreviewBody,
  slicesHandler,
} from '@/lib/http/handlers/slices'
import type { Route } from '@/lib/http/route'
import { CountSchema, InstantSchema } from '@/lib/http/schemas'

const SliceSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  revision: z.number().int(),
  conditions: SliceConditionsSchema,
  text: z.string().describe('The conditions in words'),
  created: InstantSchema,
  created_by: z.string(),
  ended: InstantSchema.nullable().describe('When it was changed or deleted'),
  ended_by: z.string().nullable(),
})

export const SLICE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/models/{model}/slices',
    access: 'read',
    summary: 'Slices of a model, and all their revisions, newest first',
    response: z.object({ slices: z.array(SliceSchema), revisions: z.array(SliceSchema) }),
    handler: slicesHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/models/{model}/slices',
    access: 'admin',
    summary: 'Save a slice under its name: at most ten a model; its history is read again from the kept log',
    body: SliceBody,
    response: SliceSchema,
    handler: putSliceHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/models/{model}/slices/preview',
    access: 'read',
    summary: 'How many of the latest stored records lie in a slice; changes nothing',
    body: SlicePreviewBody,
    response: z.object({ matching: CountSchema, of: CountSchema }),
    handler: previewSliceHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/slices/{id}',
    access: 'admin',
    summary: 'Let a slice go; its open alerts end with the next window',
    handler: endSliceHandler,
  },
]
