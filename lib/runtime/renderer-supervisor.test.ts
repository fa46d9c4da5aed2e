import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Logger } from '@/lib/access/context'
import { superviseRenderer } from '@/lib/runtime/renderer-supervisor'

/** A process that says where it listens, says it again when asked, and that it lives; its address carries its pid. */
const PROGRAM = `
  const tell = () => process.send({ kind: 'listening', socket: 'at-' + process.pid })
  process.on('message', ({ kind }) => kind === 'where' && tell())
  process.on('disconnect', () => process.exit(0))
  setInterval(() => process.send({ kind: 'beat' }), 500)
  tell()
`

function supervise(program = PROGRAM, restMs = 0) {
  const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-supervisor-'))
  const file = path.join(dir, 'renderer.mjs')
  writeFileSync(file, program)
  const renderer = superviseRenderer({
    path: file,
    env: () => process.env,
    logger: QUIET,
    now: () => performance.now(),
    restMs,
    isWatched: () => false,
  })
  onTestFinished(async () => {
    await renderer.stop(1_000)
    rmSync(dir, { recursive: true, force: true })
  })
  return renderer
}

const QUIET: Logger = { info: () => {}, warn: () => {}, error: () => {} }

const pidOf = (socket: string) => Number(socket.slice('at-'.length))

describe('a socket at which nobody answered', () => {
  it('is given out again by a renderer that lives', async () => {
    const renderer = supervise()
    expect(renderer.standing()).toBeNull()
    const socket = await renderer.socket()
    expect(renderer.standing()).toBe(socket)
    const again = renderer.socket(socket)
    expect(renderer.standing()).toBeNull()
    expect(await again).toBe(socket)
    expect(renderer.standing()).toBe(socket)
  })

  it('gives way to that of the next renderer where its own was killed', async () => {
    const renderer = supervise()
    const socket = await renderer.socket()
    process.kill(pidOf(socket), 'SIGKILL')
    const next = await renderer.socket(socket)
    expect(next).not.toBe(socket)
    expect(await renderer.socket(socket)).toBe(next)
  })
})

describe('a renderer that takes longer to start than it may stand without a visitor', () => {
  it('is not ended while somebody waits for it', async () => {
    const slow = `setTimeout(() => { ${PROGRAM} }, 2_500)`
    const renderer = supervise(slow, 500)
    expect(pidOf(await renderer.socket())).toBeGreaterThan(0)
  })
})
