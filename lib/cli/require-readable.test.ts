import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { main as golden } from '@/lib/cli/golden'
import { main as importCommand } from '@/lib/cli/import'
import { main as profile } from '@/lib/cli/profile'
import { main as replay } from '@/lib/cli/replay'

const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-readable-'))
const at = (name: string) => path.join(dir, name)
const good = at('good.csv')
const NOBODY = 65_534

writeFileSync(good, 'a,b\n1,2\n')
writeFileSync(at('closed.csv'), 'a,b\n1,2\n')
chmodSync(at('closed.csv'), 0o000)
chmodSync(dir, 0o755)
mkdirSync(at('folder.csv'))
afterAll(() => rmSync(dir, { recursive: true }))

const importing = (change: Readonly<Record<string, string>>) =>
  importCommand(
    Object.entries({ model: 'm', version: '1', reference: good, current: good, ...change }).flatMap(
      ([name, value]) => [`--${name}`, value],
    ),
  )

/** Every place of a command line that takes a file. */
const COMMANDS: readonly (readonly [string, (file: string) => Promise<number>])[] = [
  ['import --reference', (file) => importing({ reference: file })],
  ['import --current', (file) => importing({ current: file })],
  ['import --labels', (file) => importing({ labels: file })],
  ['import --mapping', (file) => importing({ mapping: file })],
  ['profile FILE', (file) => profile([file])],
  ['profile --mapping', (file) => profile([good, '--mapping', file])],
]

const FAULTS = [
  ['nowhere.csv', 'it does not exist'],
  ['good.csv/inside.csv', 'it does not exist'],
  ['folder.csv', 'it is a folder'],
  ['closed.csv', 'whoever runs this command has no permission to read it'],
  [`${'x'.repeat(300)}.csv`, 'its name is too long'],
] as const

/** To the administrator nothing is closed. */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(NOBODY)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

describe.each(COMMANDS)('%s', (_place, run) => {
  it.each(FAULTS)('says of %s in one sentence that %s', async (name, why) => {
    const file = at(name)
    await expect(asNobody(() => run(file))).rejects.toThrow(
      new Error(`The file ${file} cannot be read: ${why}.`),
    )
  })
})

describe('a relative name', () => {
  it('is said in full, as it was looked for', async () => {
    const file = path.resolve('nowhere.csv')
    await expect(profile(['nowhere.csv'])).rejects.toThrow(`The file ${file} cannot be read`)
  })
})

describe('golden FOLDER', () => {
  it.each([
    ['nowhere', 'it does not exist'],
    ['good.csv', 'it is a file'],
  ])('says of %s in one sentence that %s', async (name, why) => {
    const folder = at(name)
    await expect(golden([folder])).rejects.toThrow(new Error(`The folder ${folder} cannot be read: ${why}.`))
  })
})

describe('replay', () => {
  it('says where it looked for the data, and does not end as if something differed', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.stubEnv('PLUMBLINE_DATA_DIR', at('nowhere'))
    try {
      expect(await replay(['1'])).toBe(2)
      expect(said.mock.calls).toEqual([
        [
          `The file ${at('nowhere/plumbline.db')} cannot be read: it does not exist. PLUMBLINE_DATA_DIR names the folder.`,
        ],
      ])
    } finally {
      vi.unstubAllEnvs()
      said.mockRestore()
    }
  })
})
