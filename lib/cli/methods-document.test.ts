import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { methodsDocument } from '@/lib/cli/methods-document'

it('is what docs/methods.md says; npm run methods writes it again', () => {
  const document = readFileSync(new URL('../../docs/methods.md', import.meta.url), 'utf8')
  expect(document).toBe(methodsDocument())
})
