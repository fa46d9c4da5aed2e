/**
 * Owns that one process at a time makes this tree ready: two installations or builds in one folder would destroy each
 * other. Uses nothing but Node, because it runs before anything is installed.
 */
import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const LOOK_EVERY_MS = 250

/**
 * Runs `work` while no other process runs any under the same lock; waits for its turn, and says so in one line.
 * @template T
 * @param {string} file  where the lock lies; its folder is made
 * @param {() => Promise<T>} work
 * @param {{ say?: (line: string) => void }} [options]
 * @returns {Promise<T>}
 */
export async function withBuildLock(file, work, { say = console.log } = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  let hasSaid = false
  for (let holder = take(file); holder !== null; holder = take(file)) {
    if (holder === 0) continue
    if (!hasSaid) say(`Process ${holder} makes this folder ready; waiting until it has finished …`)
    hasSaid = true
    await sleep(LOOK_EVERY_MS)
  }
  // `must` ends the process in the middle of the work when a build fails.
  const release = () => fs.rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/**
 * Takes the lock, also from a process that died with it.
 * @returns {number | null} null when it is ours now, the process id of who has it, or 0 when it is worth another try
 */
function take(file) {
  const draft = `${file}.${process.pid}`
  fs.writeFileSync(draft, nameOf(process.pid))
  try {
    // Appears with its content, and only if it is not there.
    fs.linkSync(draft, file)
    return null
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    const holder = readOrNull(file)
    if (holder === null) return 0
    const pid = Number.parseInt(holder, 10)
    if (isAlive(pid) && nameOf(pid) === holder) return pid
    dropDead(file, holder)
    return 0
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** Takes the lock of a dead process away; one that was taken by another meanwhile is put back. */
function dropDead(file, holder) {
  const aside = `${file}.${process.pid}.dead`
  try {
    fs.renameSync(file, aside)
    if (readOrNull(aside) !== holder) fs.linkSync(aside, file)
  } catch (error) {
    // Somebody else was faster.
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  }
  fs.rmSync(aside, { force: true })
}

/** A process by its id and, where the system tells, the instant of its start: ids come again, in containers at once. */
function nameOf(pid) {
  const facts = readOrNull(`/proc/${pid}/stat`) ?? ''
  // The name in brackets may hold anything; the start is the twentieth field after it.
  const started = facts.slice(facts.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  return `${pid} ${started}`
}

function readOrNull(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
