/** Owns the bundles of the server, its thread, the worker and the command line: esbuild to dist/, packages left outside. */
import fs from 'node:fs'
import path from 'node:path'
import { context, build as esbuild } from 'esbuild'
import { ROOT } from './prepare.mjs'

/**
 * Packages that every process reads as it starts: as modules of their own, hundreds of small files, they cost ten
 * mebibytes at rest and a tenth of a second. All others stay outside: native ones, and those that find files beside them.
 */
const BUNDLED = new Set(['drizzle-orm', 'zod'])

/** Leaves every package outside but those. */
const packages = {
  name: 'packages',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) => {
      if (kind === 'entry-point' || name.startsWith('@/') || BUNDLED.has(name.split('/')[0])) return null
      return { path: name, external: true }
    })
  },
}

/**
 * The bundles, by name below dist/.
 * @returns {Record<string, string>}
 */
function entryPoints() {
  const commands = fs
    .readdirSync(path.join(ROOT, 'lib/cli'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => [`cli/${name.slice(0, -3)}`, `lib/cli/${name}`])
  // The benches stand outside lib, with the floors and peers that they are measured against.
  if (fs.existsSync(path.join(ROOT, 'bench/main.ts'))) commands.push(['cli/bench', 'bench/main.ts'])
  return {
    server: 'server.ts',
    worker: 'worker.ts',
    renderer: 'renderer.ts',
    'log-thread': 'db/sqlite/log/scribe-thread.ts',
    ...Object.fromEntries(commands),
  }
}

/** @returns {import('esbuild').BuildOptions} */
export function buildOptions() {
  return {
    absWorkingDir: ROOT,
    entryPoints: entryPoints(),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    plugins: [packages],
    alias: { '@': ROOT },
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
  }
}

/**
 * Writes the outputs that changed, each under another name first and then renamed, so that a process that starts
 * meanwhile reads a whole file.
 * @returns {string[]} names of the changed bundles, without source maps
 */
export function writeOutputs(outputs) {
  const changed = []
  for (const { path: file, contents } of outputs) {
    if (fs.existsSync(file) && fs.readFileSync(file).equals(contents)) continue
    const draft = `${file}.${process.pid}`
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(draft, contents)
    fs.renameSync(draft, file)
    if (!file.endsWith('.map')) changed.push(path.basename(file))
  }
  return changed
}

/**
 * Builds again after each change of a source, until `dispose`.
 * @param {(changed: string[]) => void} onBuilt called with the names of the bundles that changed, perhaps none
 */
export async function watch(onBuilt) {
  const write = {
    name: 'write',
    setup(build) {
      build.onEnd((result) => {
        if (result.errors.length > 0) return
        onBuilt(writeOutputs(result.outputFiles ?? []))
      })
    },
  }
  const options = buildOptions()
  const watching = await context({ ...options, plugins: [...(options.plugins ?? []), write] })
  await watching.watch()
  return watching
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.join(ROOT, 'scripts/build.mjs')) {
  const result = await esbuild(buildOptions())
  writeOutputs(result.outputFiles ?? [])
}
