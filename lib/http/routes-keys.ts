/** Owns the routes of API keys. */
import * as z from 'zod'
import {
  changeKeyHandler,
  createKeyHandler,
  KeyBody,
  KeyChangeBody,
  keysHandler,
  RotateBody,
  revokeKeyHandler,
  rotateKeyHandler,
} from '@/lib/http/handlers/keys'
import type { Route } from '@/lib/http/route'
import { KeySchema } from '@/lib/http/schemas-alerts'

const NewKeySchema = z.object({ key: KeySchema, secret: z.string() })

export const KEY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/keys',
    access: 'admin',
    summary: 'API keys, never their secrets',
    response: z.object({ keys: z.array(KeySchema) }),
    handler: keysHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/keys',
    access: 'admin',
    summary: 'Make an API key; the answer holds its secret, once',
    body: KeyBody,
    response: NewKeySchema,
    handler: createKeyHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/keys/{id}/rotate',
    access: 'admin',
    summary: 'Make a second key for the same client; the old one works on for a while',
    body: RotateBody,
    response: NewKeySchema,
    handler: rotateKeyHandler,
  },
  {
    method: 'PATCH',
    path: '/api/v1/keys/{id}',
    access: 'admin',
    summary: 'Say how much the client of a key may send',
    body: KeyChangeBody,
    handler: changeKeyHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/keys/{id}',
    access: 'admin',
    summary: 'Revoke an API key',
    handler: revokeKeyHandler,
  },
]
