/** Owns checking that what the documents mention exists: files, folders, and `npm run` commands. */
import fs from 'node:fs'
import path from 'node:path'
import { ROOT } from './prepare.mjs'

/** Beginnings of texts in backticks that are meant as places in this project. */
const PLACE =
  /^\.?(?:app|lib|db|e2e|docs|scripts|bench|public|\.ci)\/[\w./[\]-]*$|^[\w.-]+\.(?:ts|mjs|json|md)$/

/** Made at run time, so not in the tree. */
const MADE_LATER = /^(?:dist|data|\.next)\//

const scripts = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')).scripts
const docs = fs.existsSync(path.join(ROOT, 'docs')) ? fs.readdirSync(path.join(ROOT, 'docs')) : []
const documents = ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]

/** Names of all files below the project's own folders, read when first asked for. */
let names = null

const missing = documents.filter((document) => fs.existsSync(path.join(ROOT, document))).flatMap(findMissing)
for (const line of missing) console.error(line)
process.exit(missing.length > 0 ? 1 : 0)

/** One line for each reference of the document that leads nowhere. */
function findMissing(document) {
  const text = fs.readFileSync(path.join(ROOT, document), 'utf8')
  const places = [...text.matchAll(/`([^`\n]+)`/g)].map(([, quoted]) => quoted).filter(isPlace)
  const links = [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, target]) =>
    path.relative(ROOT, path.resolve(ROOT, path.dirname(document), target)),
  )
  const commands = [...text.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name)
  return [
    ...[...new Set([...places, ...links])]
      .filter((place) => !exists(place))
      .map((place) => `${document}: ${place} does not exist`),
    ...[...new Set(commands)]
      .filter((name) => !(name in scripts))
      .map((name) => `${document}: there is no npm run ${name}`),
  ]
}

function isPlace(text) {
  return PLACE.test(text) && !MADE_LATER.test(text)
}

/** A bare file name may stand anywhere in the project's own folders. */
function exists(place) {
  if (fs.existsSync(path.join(ROOT, place))) return true
  return !place.includes('/') && trackedNames().has(place)
}

function trackedNames() {
  names ??= new Set(['app', 'lib', 'db', 'e2e', 'docs', 'scripts', 'bench'].flatMap(namesBelow))
  return names
}

function namesBelow(folder) {
  const place = path.join(ROOT, folder)
  if (!fs.existsSync(place)) return []
  return fs.readdirSync(place, { recursive: true }).map((name) => path.basename(String(name)))
}
