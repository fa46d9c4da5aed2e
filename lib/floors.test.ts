/** Owns the house rules that a machine can check: floors, circles, file length, clocks and randomness. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = path.resolve(__dirname, '..')

/** Floor of each room; the longest matching prefix counts. A file imports from lower floors and from its own room. */
const FLOORS: Readonly<Record<string, number>> = {
  'lib/stats': 1,
  'lib/domain': 2,
  'lib/ingest': 3,
  'lib/profile': 3,
  'lib/summary': 3,
  'lib/monitor': 3,
  'lib/alert': 3,
  'lib/channels': 3,
  'lib/expression': 3,
  'db/contracts': 4,
  'db/sqlite': 4,
  'db/conformance': 4,
  'lib/access': 5,
  'lib/services': 6,
  'lib/queries': 6,
  'lib/runtime': 7,
  'lib/http': 8,
  'lib/cli': 8,
  app: 9,
  'server.ts': 9,
  'worker.ts': 9,
  'renderer.ts': 9,
}

/** The arrows that may run sideways: from → to. */
const SIDEWAYS: Readonly<Record<string, readonly string[]>> = {
  'lib/monitor': ['lib/summary', 'lib/profile'],
  'lib/profile': ['lib/summary'],
  // A service may ask a question; a question can change nothing.
  'lib/services': ['lib/queries'],
  'db/sqlite': ['db/contracts'],
  'db/conformance': ['db/contracts'],
}

/** Rooms that only the named ones may enter. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'db/sqlite': ['db/sqlite', 'lib/runtime'],
}

const MAX_LINES = 400
const RUNTIME_FLOOR = 7
const CLOCKS_AND_DICE = /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\)|\bperformance\.now\b/
const NETWORK = /from 'node:(?:http|https|net|tls|dns|dgram)(?:\/\w+)?'|(?<![.\w])fetch\(/
/** `node:net` also tells IP addresses from names, which is no traffic. */
const ADDRESS_ARITHMETIC =
  /import \{ (?:isIP|isIPv4|isIPv6|BlockList)(?:, (?:isIP|isIPv4|isIPv6|BlockList))* \} from 'node:net'/g

interface Source {
  /** Relative to the project, with forward slashes. */
  readonly file: string
  readonly room: string
  readonly floor: number
  /** Without comments. */
  readonly code: string
  readonly lines: number
  /** Project files that it imports, types included. */
  readonly imports: readonly string[]
}

const files = [...['lib', 'db', 'app'].flatMap(filesBelow), 'server.ts', 'worker.ts', 'renderer.ts']
const known = new Set(files)
const sources = files.map(readSource)

describe('the house', () => {
  it('gives every file a floor', () => {
    expect(sources.filter((source) => source.floor === 0).map((source) => source.file)).toEqual([])
  })

  it('has arrows that only run down, or stay in their room', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((target) => !mayImport(source.room, roomOf(target)))
        .map((target) => `${source.file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('has rooms that are entered only by those who may', () => {
    const wrong = sources.flatMap((source) =>
      source.imports
        .filter((target) => DOORS[roomOf(target)]?.includes(source.room) === false)
        .map((target) => `${source.file} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no import circles, types included', () => {
    expect(findCircles()).toEqual([])
  })

  it(`has no file over ${MAX_LINES} lines`, () => {
    const long = sources.filter((source) => source.lines > MAX_LINES)
    expect(long.map((source) => `${source.file}: ${source.lines}`)).toEqual([])
  })

  it('reads clocks and throws dice only from the runtime floor up', () => {
    const below = sources.filter(
      (source) => source.floor < RUNTIME_FLOOR && CLOCKS_AND_DICE.test(source.code),
    )
    expect(below.map((source) => source.file)).toEqual([])
  })

  it('writes to the console only from the command line', () => {
    const loud = sources.filter((source) => source.room.startsWith('lib/') && source.room !== 'lib/cli')
    expect(loud.filter((source) => /\bconsole\./.test(source.code)).map((source) => source.file)).toEqual([])
  })

  it('touches the network only in channels, below the runtime floor', () => {
    const quiet = sources.filter((source) => source.floor < RUNTIME_FLOOR && source.room !== 'lib/channels')
    const talking = quiet.filter((source) => NETWORK.test(source.code.replace(ADDRESS_ARITHMETIC, '')))
    expect(talking.map((source) => source.file)).toEqual([])
  })
})

function mayImport(from: string, to: string): boolean {
  if (from === to || SIDEWAYS[from]?.includes(to)) return true
  return (FLOORS[to] ?? 0) < (FLOORS[from] ?? 0) && to !== ''
}

/** The room of a file: the longest prefix in the table, or empty text. */
function roomOf(file: string): string {
  const rooms = Object.keys(FLOORS).filter((room) => file === room || file.startsWith(`${room}/`))
  return rooms.sort((a, b) => b.length - a.length)[0] ?? ''
}

/** Source files below a folder; tests and migrations are none. */
function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'migrations' ? [] : filesBelow(place)
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [place] : []
  })
}

function readSource(file: string): Source {
  const text = readFileSync(path.join(ROOT, file), 'utf8')
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const room = roomOf(file)
  const specifiers = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  )
  const imports = specifiers.flatMap((specifier) => resolveImport(file, specifier))
  return { file, room, floor: FLOORS[room] ?? 0, code, lines: text.split('\n').length, imports }
}

/** The project file behind a specifier; none for packages, styles and data. */
function resolveImport(from: string, specifier: string): string[] {
  const isOurs = specifier.startsWith('@/') || specifier.startsWith('.')
  if (!isOurs) return []
  const base = specifier.startsWith('@/')
    ? specifier.slice(2)
    : path.posix.join(path.posix.dirname(from), specifier)
  const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`]
  return candidates.filter((candidate) => known.has(candidate)).slice(0, 1)
}

/** Each circle once, as a line of files. */
function findCircles(): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]))
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start >= 0) {
      circles.push([...trail.slice(start), file].join(' → '))
      return
    }
    if (done.has(file)) return
    for (const target of byFile.get(file)?.imports ?? []) visit(target, [...trail, file])
    done.add(file)
  }
  for (const { file } of sources) visit(file, [])
  return circles
}
