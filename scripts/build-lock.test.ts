import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withBuildLock } from './build-lock.mjs'

const MODULE = pathToFileURL(path.resolve('scripts/build-lock.mjs')).href

/** Builds unless it is built; writes down when it begins and ends. */
const BUILDER = `
import fs from 'node:fs'
import { withBuildLock } from ${JSON.stringify(MODULE)}
const [lock, log, stamp] = process.argv.slice(1)
await withBuildLock(lock, async () => {
  if (fs.existsSync(stamp)) return
  fs.appendFileSync(log, 'begin\\n')
  await new Promise((resolve) => setTimeout(resolve, 400))
  fs.appendFileSync(log, 'end\\n')
  fs.writeFileSync(stamp, '')
})`

let dir: string
const at = (name: string) => path.join(dir, name)
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'plumbline-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function startBuilder(): Promise<{ code: number | null; output: string }> {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', BUILDER, at('dist/lock'), at('log'), at('stamp')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })))
}

describe('the lock of installations and builds', () => {
  it('lets one of several first starts build; the others say in one line that they wait, and find it built', async () => {
    const builders = await Promise.all(Array.from({ length: 3 }, startBuilder))
    expect(builders.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\n')
    const lines = builders.map(({ output }) => output).filter((output) => output !== '')
    for (const line of lines) expect(line).toMatch(/^Process \d+ makes this folder ready; waiting .*\n$/)
    expect(existsSync(at('dist/lock'))).toBe(false)
  })

  const dead = spawnSync(process.execPath, ['-e', '']).pid
  it.each([
    ['its holder was killed', `${dead} 1`],
    // After a restart in a container ids come again.
    ['another process has the id of its holder', `${process.pid} 1`],
    ['it holds nonsense', 'x'],
  ])('is free again when %s, whoever comes first', async (_what, text) => {
    mkdirSync(at('dist'))
    writeFileSync(at('dist/lock'), text)
    const builders = await Promise.all(Array.from({ length: 3 }, startBuilder))
    expect(builders.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(readFileSync(at('log'), 'utf8')).toBe('begin\nend\n')
  })

  it('is given back when the work fails', async () => {
    const failing = withBuildLock(at('lock'), () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    expect(await withBuildLock(at('lock'), async () => 'next')).toBe('next')
  })
})
