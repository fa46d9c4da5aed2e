/**
 * Owns making the tree ready to run: Node version, dependencies, and builds that are made again only when their
 * sources changed. Uses nothing but Node, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withBuildLock } from './build-lock.mjs'

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')

const MINIMUM_NODE = [20, 9]

/** Held while something is installed or built here. */
const LOCK = path.join(ROOT, 'dist/building')

/** Sources of each build; a change in any of them makes it stale. */
const BUILDS = {
  server: {
    sources: [
      'server.ts',
      'worker.ts',
      'renderer.ts',
      'lib',
      'db',
      'bench',
      'tsconfig.json',
      'package-lock.json',
      'scripts/build.mjs',
    ],
    stamp: 'dist/.stamp',
    command: ['node', ['scripts/build.mjs']],
  },
  pages: {
    sources: ['app', 'lib', 'db', 'public', 'next.config.js', 'tsconfig.json', 'package-lock.json'],
    stamp: '.next/.plumbline-stamp',
    command: ['node', ['node_modules/next/dist/bin/next', 'build']],
  },
}

/** Ends the process with one line when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1])) return
  console.error(`Plumbline needs Node ${MINIMUM_NODE.join('.')} or newer; this is ${process.versions.node}.`)
  process.exit(1)
}

/**
 * Runs a command in the project folder and answers its exit code; a signal counts as 1.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { limitMs?: number }} [options] `limitMs` ends what runs longer,
 *   together with everything it started
 * @returns {Promise<number>}
 */
export function run(command, args, { limitMs, ...options } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command === 'node' ? process.execPath : command, args, {
      cwd: ROOT,
      stdio: 'inherit',
      // A group of its own, so that it can be ended as a whole.
      detached: limitMs !== undefined,
      ...options,
    })
    const endGroup = (signal) => {
      try {
        if (child.pid) process.kill(-child.pid, signal)
      } catch {
        // It has ended by itself.
      }
    }
    if (limitMs !== undefined) {
      const timer = setTimeout(() => {
        console.error(`Ended after ${limitMs / 60_000} minutes: ${command} ${args.join(' ')}`)
        endGroup('SIGKILL')
      }, limitMs)
      const interrupt = () => endGroup('SIGTERM')
      process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
      child.on('exit', () => {
        clearTimeout(timer)
        process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      })
    }
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`)
      resolve(127)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Installs the locked dependencies when what is installed differs from the lock file. */
export async function ensureInstalled({ development = false } = {}) {
  if (missingPackages(development).length === 0 && nativeModulesLoad()) return
  // Whoever had the lock may have done it.
  await withBuildLock(LOCK, () => install(development))
}

async function install(development) {
  const missing = missingPackages(development)
  if (missing.length > 0) {
    console.log(`Installing dependencies; compiling SQLite can take two minutes …`)
    await must('npm', ['ci', ...(development ? ['--include=dev'] : []), '--no-fund', '--no-audit'], 'npm ci')
  }
  if (!nativeModulesLoad()) {
    console.log('Compiling SQLite for this version of Node …')
    await must('npm', ['rebuild', 'better-sqlite3'], 'npm rebuild better-sqlite3')
  }
}

/**
 * Makes a build unless it is there for exactly these sources.
 * @param {'server' | 'pages'} name
 */
export async function ensureBuilt(name) {
  const build = BUILDS[name]
  const stampFile = path.join(ROOT, build.stamp)
  const stamp = sourceHash(build.sources)
  if (readOrNull(stampFile) === stamp) return
  await withBuildLock(LOCK, async () => {
    if (readOrNull(stampFile) !== stamp) await makeBuild(name, stampFile, stamp)
  })
}

async function makeBuild(name, stampFile, stamp) {
  const build = BUILDS[name]
  if (name === 'pages') refuseWhileRunning(name)
  console.log(name === 'pages' ? 'Building the pages …' : 'Building the server …')
  fs.rmSync(stampFile, { force: true })
  await must(build.command[0], build.command[1], `the build of the ${name}`, {
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  })
  fs.mkdirSync(path.dirname(stampFile), { recursive: true })
  fs.writeFileSync(stampFile, stamp)
}

/** One file for each server that was started from this tree, named by its process id. */
const RUNNING = path.join(ROOT, 'dist/running')

/**
 * Ends this process when a build is stale while a server runs from this tree: it reads its files from there, and a
 * build under its feet would break the pages that it serves.
 * @param {...('server' | 'pages')} names
 */
export function refuseWhileRunning(...names) {
  const isStale = ({ stamp, sources }) => readOrNull(path.join(ROOT, stamp)) !== sourceHash(sources)
  const pid = runningServer()
  if (pid === null || !names.some((name) => isStale(BUILDS[name]))) return
  console.error(
    `Plumbline cannot start: process ${pid} serves the version before from this folder. Stop it first, or use another folder.`,
  )
  process.exit(1)
}

/** Tells later starts that this process serves from this tree. */
export function registerRunning() {
  const file = path.join(RUNNING, String(process.pid))
  fs.mkdirSync(RUNNING, { recursive: true })
  fs.writeFileSync(file, '')
  process.once('exit', () => fs.rmSync(file, { force: true }))
}

/** Process id of another server of this tree that is alive, or null; files of dead ones are taken away. */
function runningServer() {
  const pids = fs.existsSync(RUNNING) ? fs.readdirSync(RUNNING).map(Number) : []
  for (const pid of pids) {
    if (pid !== process.pid && isServer(pid)) return pid
    fs.rmSync(path.join(RUNNING, String(pid)), { force: true })
  }
  return null
}

/** Whether the process is alive and one of ours: after a crash its number may belong to anybody. */
function isServer(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  const command = readOrNull(`/proc/${pid}/cmdline`)
  return command === null || command.includes('start.mjs')
}

async function must(command, args, what, options) {
  const code = await run(command, args, options)
  if (code === 0) return
  console.error(`Plumbline cannot start: ${what} failed (exit code ${code}).`)
  process.exit(code)
}

/** Names of locked packages that are absent or of another version, compared by content and not by file times. */
function missingPackages(development) {
  const locked = readJson('package-lock.json')?.packages ?? {}
  const installed = readJson('node_modules/.package-lock.json')?.packages
  if (!installed) return ['all']
  return Object.entries(locked)
    .filter(
      ([place, entry]) =>
        place !== '' && !entry.optional && !entry.devOptional && (development || !entry.dev),
    )
    .filter(([place, entry]) => installed[place]?.version !== entry.version)
    .map(([place]) => place)
}

/** Whether better-sqlite3 was compiled for this Node: a new major version of Node makes it unloadable. */
function nativeModulesLoad() {
  try {
    const Database = createRequire(path.join(ROOT, 'package.json'))('better-sqlite3')
    new Database(':memory:').close()
    return true
  } catch {
    return false
  }
}

/** SHA-256 over names and contents of all source files below the named places; tests do not count. */
function sourceHash(places) {
  const hash = createHash('sha256').update(process.versions.modules)
  for (const place of places) {
    for (const file of filesBelow(path.join(ROOT, place))) {
      hash.update(`\0${path.relative(ROOT, file)}\0`).update(fs.readFileSync(file))
    }
  }
  return hash.digest('hex')
}

function filesBelow(place) {
  const stat = fs.statSync(place, { throwIfNoEntry: false })
  if (!stat) return []
  if (stat.isFile()) return /\.test\.tsx?$/.test(place) ? [] : [place]
  return fs
    .readdirSync(place)
    .sort()
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .flatMap((name) => filesBelow(path.join(place, name)))
}

function readOrNull(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function readJson(file) {
  const text = readOrNull(path.join(ROOT, file))
  return text === null ? null : JSON.parse(text)
}
