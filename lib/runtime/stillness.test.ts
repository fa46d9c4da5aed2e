import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createStillnessCounter, type Pulse, readPulse } from '@/lib/runtime/stillness'

const ROWS: readonly (readonly [string, readonly (Pulse | null)[], readonly number[]])[] = [
  ['one that is stopped', looks('T5 T5 T5'), [0, 1, 2]],
  ['one that waits for what never comes', looks('S5 S5 S5'), [0, 1, 2]],
  ['one that runs without an end', looks('R5 R105 R205'), [0, 0, 0]],
  ['one that waits for its turn', looks('R5 R5 R5'), [0, 0, 0]],
  ['one that waits for a disk', looks('D5 D5 D5'), [0, 0, 0]],
  ['one that has run a little in between', looks('S5 S6 S6 S6'), [0, 0, 1, 2]],
  ['one that waited for its turn once', looks('S5 S5 R5 S5 S5'), [0, 1, 0, 1, 2]],
  ['one that somebody debugs', looks('t5 t5 t5'), [0, 0, 0]],
  ['one that was heard in between', looks('S5 S5 - S5 S5'), [0, 1, 0, 0, 1]],
  ['one of which the system tells nothing', looks('- - -'), [0, 0, 0]],
]

function looks(text: string): (Pulse | null)[] {
  return text
    .split(' ')
    .map((one) => (one === '-' ? null : { state: one.slice(0, 1), ticks: Number(one.slice(1)) }))
}

describe('stillness', () => {
  it.each(ROWS)('of %s', (_name, pulses, counts) => {
    const count = createStillnessCounter()
    expect(pulses.map(count)).toEqual(counts)
  })
})

describe.skipIf(process.platform !== 'linux')('the pulse of a process', () => {
  it('tells one that runs from one that rests and one that is stopped', async () => {
    // Two blanks and a bracket in its name must not shift what follows.
    const program = 'process.title = "a ) R 1"; process.on("message", () => { for (;;); })'
    const child = spawn(process.execPath, ['-e', `${program}; process.send(0)`], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child, 'message')
    const pid = child.pid ?? 0
    const state = () => readPulse(pid)?.state
    await vi.waitUntil(() => state() === 'S', { timeout: 20_000 })
    child.send({})
    const before = readPulse(pid)?.ticks ?? 0
    await vi.waitUntil(() => (readPulse(pid)?.ticks ?? 0) > before, { timeout: 20_000 })
    expect(state()).toBe('R')
    child.kill('SIGSTOP')
    await vi.waitUntil(() => state() === 'T', { timeout: 20_000 })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readPulse(pid)).toBeNull()
  })
})
