/** Owns the routes of reference profiles and of a model's settings. */
import * as z from 'zod'
import { ModelSettingsSchema } from '@/lib/domain/model'
import {
  ActivateBody,
  activateHandler,
  ExpectationsBody,
  expectationsHandler,
  FromRecordsBody,
  PutProfileQuery,
  profileFromRecordsHandler,
  profileHandler,
  profilesHandler,
  putProfileHandler,
  SettingsBody,
  settingsHandler,
} from '@/lib/http/handlers/profiles'
import type { Route } from '@/lib/http/route'
import { InstantSchema } from '@/lib/http/schemas'

const VERSION_PATH = '/api/v1/models/{model}/versions/{version}'

const ProfileSchema = z.object({
  id: z.number().int(),
  revision: z.number().int(),
  status: z.enum(['draft', 'active', 'superseded']),
  created: InstantSchema,
  activated: InstantSchema.nullable(),
  source: z.looseObject({}),
  rows: z.number().int(),
  columns: z.number().int(),
  problem: z.enum(['binary', 'multiclass', 'regression']).nullable(),
  warnings: z.array(z.string()),
})

const StoredSchema = ProfileSchema.extend({
  difference: z
    .object({ only_in_records: z.array(z.string()), only_in_reference: z.array(z.string()) })
    .nullable()
    .describe('Columns that the records so far and the reference do not share'),
})

export const PROFILE_ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: `${VERSION_PATH}/profile`,
    access: 'admin',
    summary: 'Make a reference profile from a file of rows: CSV, JSON Lines or Parquet, plain or gzip',
    query: PutProfileQuery,
    body: z.string().meta({ format: 'binary' }),
    consumes: [
      'text/csv',
      'application/x-ndjson',
      'application/vnd.apache.parquet',
      'application/octet-stream',
      'multipart/form-data',
    ],
    response: StoredSchema,
    handler: putProfileHandler,
  },
  {
    method: 'GET',
    path: `${VERSION_PATH}/profile`,
    access: 'read',
    summary: 'The active profile of a version, else its newest draft',
    response: ProfileSchema.extend({ profile: z.looseObject({}) }),
    handler: profileHandler,
  },
  {
    method: 'POST',
    path: `${VERSION_PATH}/profile/from-records`,
    access: 'admin',
    summary: 'Make a reference profile from the first records of the version',
    body: FromRecordsBody,
    response: StoredSchema,
    handler: profileFromRecordsHandler,
  },
  {
    method: 'POST',
    path: `${VERSION_PATH}/profile/activate`,
    access: 'admin',
    summary: 'Activate the newest profile of the version: it is monitored from then on',
    body: ActivateBody,
    response: ProfileSchema,
    handler: activateHandler,
  },
  {
    method: 'GET',
    path: `${VERSION_PATH}/profiles`,
    access: 'read',
    summary: 'Profiles of a version, newest first',
    response: z.object({ profiles: z.array(ProfileSchema) }),
    handler: profilesHandler,
  },
  {
    method: 'POST',
    path: `${VERSION_PATH}/profiles/{profile}/activate`,
    access: 'admin',
    summary: 'Activate this profile',
    body: ActivateBody,
    response: ProfileSchema,
    handler: activateHandler,
  },
  {
    method: 'PATCH',
    path: `${VERSION_PATH}/profiles/{profile}/expectations`,
    access: 'admin',
    summary: 'Replace what a draft expects of one column',
    body: ExpectationsBody,
    response: ProfileSchema,
    handler: expectationsHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/models/{model}/settings',
    access: 'admin',
    summary:
      'How a model is judged: cadence, lateness, false-alarm budget, owner, runbook; what is not named stays',
    body: SettingsBody,
    response: ModelSettingsSchema,
    handler: settingsHandler,
  },
]
