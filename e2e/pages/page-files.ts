/** Owns which pages there are, read from the folder of pages: one that is added and never visited is found here. */
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const APP = fileURLToPath(new URL('../../app', import.meta.url))

/** Patterns of the paths of all pages, by their file. */
function pagePatterns(): Map<string, RegExp> {
  const files = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  const pages = files.filter((file) => path.basename(file) === 'page.tsx')
  return new Map(
    pages.map((file) => {
      const parts = path.dirname(file).split(path.sep)
      // Folders in parentheses are in no address; those in brackets stand for any name.
      const segments = parts.filter((part) => part !== '.' && !/^\(.*\)$/.test(part))
      const pattern = segments.map((part) => (part.startsWith('[') ? '[^/]+' : part)).join('/')
      return [file, new RegExp(`^/${pattern}$`)]
    }),
  )
}

/** Files of pages that none of these addresses leads to. A fixed name is no name in brackets. */
export function pagesNotIn(addresses: readonly string[]): string[] {
  const paths = addresses.map((address) => address.replace(/\?.*$/s, ''))
  return [...pagePatterns()].flatMap(([file, pattern]) =>
    paths.some((one) => pattern.test(one)) ? [] : [file],
  )
}
