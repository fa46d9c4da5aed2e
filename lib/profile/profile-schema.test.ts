import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isAppError } from '@/lib/domain/errors'
import { profileJsonSchema } from '@/lib/profile/json-schema'
import { parseExpectations, parseMapping, parseProfile } from '@/lib/profile/profile-schema'
import { testFolder } from '@/lib/profile/testing'

const FILE = path.resolve('docs/profile.schema.json')

function reasonOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return isAppError(error) ? error.details : error
  }
  return null
}

it('docs/profile.schema.json is current (UPDATE_DOCS=1 writes it)', () => {
  if (process.env.UPDATE_DOCS === '1') writeFileSync(FILE, profileJsonSchema())
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(profileJsonSchema()))
})

it('reads what the builder makes, and refuses shapes of the future and of no kind', async () => {
  await using folder = await testFolder()
  const rows = Array.from({ length: 40 }, (_, i) => `${i / 3},${i % 2 ? 'a' : 'b'}`).join('\n')
  const made = JSON.parse(JSON.stringify(await folder.profile(await folder.write('f', `x,c\n${rows}\n`))))
  expect(parseProfile(made)).toEqual(made)
  expect(reasonOf(() => parseProfile({ ...made, schemaVersion: 2 }))).toMatchObject({
    reason: 'unsupported_version',
  })
  expect(reasonOf(() => parseProfile({ ...made, columns: [] }))).toMatchObject({ field: 'columns' })
  const [x, ...rest] = made.columns
  const broken = { ...x, grid: { ...x.grid, counts: [1] } }
  expect(reasonOf(() => parseProfile({ ...made, columns: [broken, ...rest] }))).toMatchObject({
    reason: 'invalid_profile',
    field: 'columns.0.grid',
  })
})

it.each([
  [[{ kind: 'range', min: 2, max: 1 }]],
  [[{ kind: 'presence', maxMissing: 1.5 }]],
  [
    [
      { kind: 'type', type: 'string' },
      { kind: 'type', type: 'number' },
    ],
  ],
  [[{ kind: 'unknown' }]],
  ['text'],
])('refuses %j as expectations', (value) => {
  expect(reasonOf(() => parseExpectations(value))).toMatchObject({ reason: 'invalid_expectations' })
})

it.each(['{', '[]', '{"labels":"x"}', '{"features":"x"}'])('refuses %s as a mapping', (text) => {
  expect(reasonOf(() => parseMapping(text))).toMatchObject({ reason: 'invalid_mapping' })
})
