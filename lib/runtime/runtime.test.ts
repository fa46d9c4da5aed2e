import { existsSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getApp } from '@/lib/runtime/app'
import { CHANGES, createEventBus, type LiveEvent } from '@/lib/runtime/events'
import { rememberFiles } from '@/lib/runtime/file-identity'
import { readSecretKey } from '@/lib/runtime/secret-key'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-runtime-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the secret key', () => {
  it('is made once, readable by its owner only, and the same ever after', () => {
    const key = readSecretKey(folder)
    expect(key).toHaveLength(32)
    expect(readSecretKey(folder).equals(key)).toBe(true)
    expect(statSync(path.join(folder, 'secret.key')).mode & 0o777).toBe(0o600)
  })

  it('is refused when the file holds something else, not replaced', () => {
    writeFileSync(path.join(folder, 'secret.key'), 'not a key')
    expect(() => readSecretKey(folder)).toThrow(/does not hold a key/)
  })
})

describe('rememberFiles', () => {
  it('notices a file that was replaced, deleted or moved, and nothing else', () => {
    const file = path.join(folder, 'a')
    writeFileSync(file, '1')
    const stray = rememberFiles([file, path.join(folder, 'never there')])
    writeFileSync(file, '2')
    expect(stray()).toEqual([])
    writeFileSync(`${file}.new`, '3')
    renameSync(`${file}.new`, file)
    expect(stray()).toEqual(['The database file a was moved or replaced.'])
    rmSync(file)
    expect(stray()).toEqual(['The database file a was moved or replaced.'])
  })

  it('says so when the disk does not let it look', () => {
    const file = path.join(folder, 'a')
    writeFileSync(file, '1')
    const stray = rememberFiles([file])
    rmSync(file)
    // Like a failing disk, a link to itself makes every look an error.
    symlinkSync(file, file)
    expect(stray()).toEqual(['The database file a cannot be looked at: the disk answers ELOOP.'])
  })
})

describe('the event bus', () => {
  it('tells every listener until it leaves, and lets go of one that fails', () => {
    const bus = createEventBus()
    const heard: LiveEvent[] = []
    bus.subscribe(() => {
      throw new Error('the page went away')
    })
    const leave = bus.subscribe((event) => heard.push(event))
    bus.publish({ type: 'alerts', model: null })
    bus.publish({ type: 'records', model: 'm' })
    leave()
    bus.publish({ type: 'alerts', model: null })
    expect(heard).toEqual([
      { type: 'alerts', model: null },
      { type: 'records', model: 'm' },
    ])
  })

  it('tells what changed after a position, each kind once, and nothing after the newest', () => {
    const bus = createEventBus()
    expect(bus.since(bus.position())).toEqual([])
    bus.publish({ type: 'models', model: 'm' })
    const known = bus.position()
    for (let i = 0; i < 100; i++) bus.publish({ type: 'records', model: `m${i}` })
    bus.publish({ type: 'alerts', model: 'm' })
    expect(bus.since(known)).toEqual([
      { type: 'records', model: null },
      { type: 'alerts', model: null },
    ])
    expect(bus.since(bus.position())).toEqual([])
  })

  it('tells that anything may have changed after a position of a process before, or of none', () => {
    const bus = createEventBus('now')
    bus.publish({ type: 'alerts', model: null })
    for (const known of ['before-1', 'now-2', 'now', 'now-', 'now--1', 'now-1e0', '', '1', 'x'.repeat(100)]) {
      expect([known, bus.since(known).map(({ type }) => type)]).toEqual([known, [...CHANGES]])
    }
  })
})

describe('getApp', () => {
  it('opens nothing while the pages are built', () => {
    process.env.NEXT_PHASE = 'phase-production-build'
    process.env.PLUMBLINE_DATA_DIR = path.join(folder, 'data')
    try {
      expect(() => getApp()).toThrow(/while it is built/)
      expect(existsSync(path.join(folder, 'data'))).toBe(false)
    } finally {
      delete process.env.NEXT_PHASE
      delete process.env.PLUMBLINE_DATA_DIR
    }
  })
})
