import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { WatchedFile } from '@/db/sqlite/log/watched-file'

const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-watched-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function place(name: string): string {
  const file = path.join(dir, name)
  writeFileSync(file, 'x')
  return file
}

const STORAGE_ERROR = expect.objectContaining({
  code: 'unavailable',
  details: expect.objectContaining({ reason: 'storage_error' }),
})

describe('the file that is written to', () => {
  it('is fine while it stays, and while none is written to', () => {
    const file = new WatchedFile()
    expect(file.problem()).toBeNull()
    const name = place('stays.db')
    file.watch(name)
    writeFileSync(name, 'more')
    expect(file.problem()).toBeNull()
    file.release()
    rmSync(name)
    expect(file.problem()).toBeNull()
  })

  it('is lost once it was moved or replaced, also after it is back', () => {
    const file = new WatchedFile()
    const name = place('moved.db')
    file.watch(name)
    renameSync(name, `${name}.away`)
    expect(() => file.requireInPlace()).toThrow(STORAGE_ERROR)
    renameSync(`${name}.away`, name)
    file.release()
    expect(file.problem()).toMatch(/moved or replaced/)
  })

  it('is told as a fault of the storage, and not as lost, while the system cannot look at it', () => {
    const file = new WatchedFile()
    expect(() => file.watch(path.join(dir, 'x'.repeat(5_000)))).toThrow(STORAGE_ERROR)
    const folder = path.join(dir, 'log')
    mkdirSync(folder)
    const name = place('log/day.db')
    file.watch(name)
    // A link to itself: the system answers with an error, as a disk that fails does.
    renameSync(folder, `${folder}-kept`)
    symlinkSync(folder, folder)
    expect(() => file.requireInPlace()).toThrow(STORAGE_ERROR)
    expect(file.problem()).toMatch(/cannot be looked at/)
    rmSync(folder)
    renameSync(`${folder}-kept`, folder)
    expect(file.problem()).toBeNull()
  })
})
