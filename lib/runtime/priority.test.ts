import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { BEHIND_SENDERS } from '@/lib/runtime/priority'

/** Says the priorities of its threads before and after. */
const PROGRAM = `
import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { stepBehindSenders } from './lib/runtime/priority'
const all = () => readdirSync('/proc/self/task').map((thread) => getPriority(Number(thread)))
const before = all()
stepBehindSenders()
console.log(JSON.stringify({ before, after: all() }))
`

describe.runIf(process.platform === 'linux')('stepBehindSenders', () => {
  it('moves every thread of the process, those too that collect its garbage', async () => {
    const { outputFiles } = await build({
      stdin: { contents: PROGRAM, resolveDir: path.resolve('.') },
      bundle: true,
      platform: 'node',
      write: false,
    })
    const said = execFileSync(process.execPath, ['-e', outputFiles[0]?.text ?? ''], { encoding: 'utf8' })
    const { before, after } = JSON.parse(said) as { before: number[]; after: number[] }
    expect(before.length).toBeGreaterThan(1)
    expect(after).toEqual(before.map((priority) => Math.max(priority, BEHIND_SENDERS)))
  })
})
