/** Owns the command `npm run methods`: writes the page on methods again from the tables. Knows no method. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { methodsDocument } from '@/lib/cli/methods-document'

/** The bundle lies in dist/cli. */
const DOCUMENT = fileURLToPath(new URL('../../docs/methods.md', import.meta.url))

/** @returns 0 */
export async function main(): Promise<number> {
  writeFileSync(DOCUMENT, methodsDocument())
  console.log(`${DOCUMENT} says what the tables say.`)
  return 0
}
