/** Owns the JSON schema of a profile, as docs/profile.schema.json publishes it. */
import * as z from 'zod'
import { ProfileSchema } from '@/lib/profile/profile-schema'

/** The schema as text, ready to be a file. */
export function profileJsonSchema(): string {
  const schema = z.toJSONSchema(ProfileSchema, { io: 'input' })
  const titled = { ...schema, title: 'Plumbline reference profile' }
  return `${JSON.stringify(titled, null, 2)}\n`
}
