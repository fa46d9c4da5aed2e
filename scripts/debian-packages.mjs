/**
 * Owns having Debian's log shippers and monitors for the tests that run them: fetched with apt and unpacked into a
 * folder of this tree. Nothing is installed, no service starts, and a logging daemon that the machine has stays: Debian
 * lets only one of them be installed at a time. No root is needed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withBuildLock } from './build-lock.mjs'

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const CACHE = path.join(ROOT, '.cache/debian')

/** A machine without a network must not hold up the tests. */
const UPDATE_LIMIT_MS = 60_000
const FETCH_LIMIT_MS = 120_000
const START_LIMIT_MS = 10_000

/**
 * @typedef {{ packages: readonly string[], program: string, arguments?: readonly string[], versionFlag: string,
 *   libraries?: readonly string[], preload?: string, needsOwnShare?: boolean, modules?: string }} Recipe
 *   `preload`: a library of its own that is loaded first; `needsOwnShare`: it opens files below /usr/share by their full
 *   name; `modules`: where Python's modules lie
 * @type {Readonly<Record<string, Recipe>>}
 */
const RECIPES = {
  'syslog-ng': {
    packages: ['syslog-ng-core', 'syslog-ng-mod-http'],
    program: 'usr/sbin/syslog-ng',
    arguments: ['--module-path={root}/usr/lib/syslog-ng/3.38', '--no-caps'],
    versionFlag: '--version',
    libraries: ['usr/lib/syslog-ng'],
  },
  rsyslogd: {
    packages: ['rsyslog', 'rsyslog-elasticsearch'],
    program: 'usr/sbin/rsyslogd',
    arguments: ['-M', '{root}/usr/lib/{triplet}/rsyslog'],
    versionFlag: '-v',
  },
  prometheus: {
    packages: ['prometheus'],
    program: 'usr/bin/prometheus',
    versionFlag: '--version',
  },
  'prometheus-alertmanager': {
    packages: ['prometheus-alertmanager'],
    program: 'usr/bin/prometheus-alertmanager',
    versionFlag: '--version',
    needsOwnShare: true,
  },
  python3: {
    packages: [
      ...['python3.11-minimal', 'libpython3.11-minimal', 'libpython3.11-stdlib', 'libffi8', 'libssl3'],
      ...['python3-requests', 'python3-urllib3', 'python3-idna', 'python3-chardet', 'python3-certifi'],
      ...['python3-elasticsearch', 'python3-six'],
    ],
    program: 'usr/bin/python3.11',
    versionFlag: '-crequests=__import__("requests");__import__("elasticsearch")',
    modules: 'usr/lib/python3/dist-packages',
  },
  // Wanted for its library: `env` loads it into any program, which then reads its clock from a file.
  faketime: {
    packages: ['libfaketime', 'faketime'],
    program: 'usr/bin/faketime',
    versionFlag: '--version',
    preload: 'usr/lib/{triplet}/faketime/libfaketime.so.1',
  },
}

/** Every program that this file can fetch. */
export const DEBIAN_PROGRAMS = Object.keys(RECIPES)

/**
 * How to start a program that was fetched before, or null: spawn `command` with `args` and your own after them, and
 * with `env` beside the environment.
 * @param {string} name one of DEBIAN_PROGRAMS
 * @returns {{ command: string, args: string[], env: Record<string, string> } | null}
 */
export function findDebianProgram(name) {
  const recipe = RECIPES[name]
  const release = debianRelease()
  if (!recipe || !release) return null
  const root = path.join(CACHE, release, name)
  const program = path.join(root, recipe.program)
  if (!fs.existsSync(program)) return null
  const triplet = fs.readdirSync(path.join(root, 'usr')).includes('lib')
    ? (fs.readdirSync(path.join(root, 'usr/lib')).find((entry) => entry.includes('-linux-gnu')) ?? '')
    : ''
  const places = [`usr/lib/${triplet}`, `lib/${triplet}`, ...(recipe.libraries ?? [])]
  const args = (recipe.arguments ?? []).map((text) =>
    text.replace('{root}', root).replace('{triplet}', triplet),
  )
  const env = {
    LD_LIBRARY_PATH: places.map((place) => path.join(root, place)).join(':'),
    ...(recipe.modules
      ? { PYTHONPATH: path.join(root, recipe.modules), PYTHONHOME: path.join(root, 'usr') }
      : {}),
    ...(recipe.preload ? { LD_PRELOAD: path.join(root, recipe.preload.replace('{triplet}', triplet)) } : {}),
  }
  if (!recipe.needsOwnShare) return { command: program, args, env }
  // The folder below /usr/share is seen by this program alone.
  const script = 'mount --bind "$0/usr/share" /usr/share && exec "$@"'
  return { command: 'unshare', args: ['-rm', 'sh', '-c', script, root, program, ...args], env }
}

/**
 * Fetches what is missing of the named programs; says in one line what could not be had.
 * @param {readonly string[]} names of DEBIAN_PROGRAMS
 * @returns {Promise<string[]>} those that are there now
 */
export async function ensureDebianPackages(names = DEBIAN_PROGRAMS) {
  let missing = names.filter((name) => !starts(name))
  let reason = ''
  if (missing.length > 0) {
    fs.mkdirSync(CACHE, { recursive: true })
    await withBuildLock(path.join(CACHE, 'fetching'), async () => {
      missing = missing.filter((name) => !starts(name))
      reason = fetchAll(missing)
    })
    missing = missing.filter((name) => !starts(name))
  }
  if (missing.length > 0) {
    console.log(
      `Without ${missing.join(', ')}${reason ? ` (${reason})` : ''}: the tests that run ${missing.length === 1 ? 'it' : 'them'} are skipped.`,
    )
  }
  return names.filter((name) => !missing.includes(name))
}

/** Fetches them one by one, since some exclude each other; answers why it had to stop, or nothing. */
function fetchAll(names) {
  const release = debianRelease()
  if (names.length === 0) return ''
  if (!release) return 'this is not Debian'
  console.log(`Fetching ${names.join(', ')} from Debian for the tests that run them …`)
  const work = fs.mkdtempSync(path.join(CACHE, 'work-'))
  try {
    for (const folder of ['lists/partial', 'archives/partial', 'cache'])
      fs.mkdirSync(path.join(work, folder), { recursive: true })
    apt(work, ['update'], UPDATE_LIMIT_MS)
    // Without a network `update` warns and succeeds.
    if (!fs.readdirSync(path.join(work, 'lists')).some((file) => /_Packages(\.\w+)?$/.test(file)))
      throw new Error('no list of packages could be fetched')
    for (const name of names) fetchOne(work, path.join(CACHE, release, name), RECIPES[name])
    return ''
  } catch (error) {
    return error.message
  } finally {
    fs.rmSync(work, { recursive: true, force: true })
  }
}

function fetchOne(work, target, recipe) {
  const archives = path.join(work, 'archives')
  const flags = ['install', '-y', '--download-only', '--reinstall', '--no-install-recommends']
  apt(work, [...flags, ...recipe.packages], FETCH_LIMIT_MS)
  const draft = path.join(work, 'unpacked')
  for (const file of fs.readdirSync(archives).filter((entry) => entry.endsWith('.deb'))) {
    execFileSync('dpkg-deb', ['-x', path.join(archives, file), draft], { stdio: 'ignore' })
    fs.rmSync(path.join(archives, file))
  }
  // What nobody starts is most of the size.
  for (const folder of ['doc', 'man'])
    fs.rmSync(path.join(draft, 'usr/share', folder), { recursive: true, force: true })
  const tools = path.join(draft, 'usr/bin')
  const others = fs.existsSync(tools)
    ? fs.readdirSync(tools).filter((entry) => entry !== path.basename(recipe.program))
    : []
  for (const entry of others) fs.rmSync(path.join(tools, entry))
  fs.rmSync(target, { recursive: true, force: true })
  fs.mkdirSync(path.dirname(target), { recursive: true })
  fs.renameSync(draft, target)
}

/** @throws {Error} the last thing that apt said */
function apt(work, args, limitMs) {
  const options = [
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    `Dir::Cache::archives=${work}/archives`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=15',
    'Acquire::https::Timeout=15',
    'Acquire::Languages=none',
  ]
  const result = spawnSync('apt-get', ['-qq', ...options.flatMap((option) => ['-o', option]), ...args], {
    encoding: 'utf8',
    timeout: limitMs,
    killSignal: 'SIGKILL',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (result.error?.code === 'ETIMEDOUT') throw new Error(`apt-get took over ${limitMs / 1_000} s`)
  if (result.error) throw new Error(`apt-get: ${result.error.message}`)
  const said = result.stderr.split('\n').filter((line) => /^[EW]: /.test(line))
  if (result.status !== 0) throw new Error(`apt-get: ${said.at(-1) ?? `exit code ${result.status}`}`)
}

function starts(name) {
  const found = findDebianProgram(name)
  if (!found) return false
  const { command, args, env } = found
  const result = spawnSync(command, [...args, RECIPES[name].versionFlag], {
    env: { ...process.env, ...env },
    timeout: START_LIMIT_MS,
    stdio: 'ignore',
  })
  return result.status === 0
}

/** Such as `12-x64`, or null elsewhere than on Debian. */
function debianRelease() {
  try {
    const text = fs.readFileSync('/etc/os-release', 'utf8')
    if (!/^ID=debian$/m.test(text)) return null
    return `${/^VERSION_ID="?([\w.]+)"?$/m.exec(text)?.[1] ?? 'testing'}-${process.arch}`
  } catch {
    return null
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureDebianPackages()
