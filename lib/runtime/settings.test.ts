import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSettings, printableSettings, SETTING_NAMES, SettingsError } from '@/lib/runtime/settings'

describe('parseSettings', () => {
  it('has a default for everything', () => {
    const settings = parseSettings({})
    expect(settings).toMatchObject({
      port: 3_000,
      bind: '127.0.0.1',
      url: null,
      adminKey: null,
      logLevel: 'info',
    })
    expect(settings.dataDir).toBe(path.resolve('data'))
    expect(settings.limits.maxBodyBytes).toBe(16 * 1_024 * 1_024)
    expect(settings.retention.logDays).toBe(30)
  })

  it('reads values, taking spaces and empty texts as absent', () => {
    const settings = parseSettings({
      PORT: ' 8080 ',
      PLUMBLINE_BIND: '0.0.0.0',
      PLUMBLINE_URL: 'https://plumbline.example.com/',
      PLUMBLINE_ADMIN_PASSWORD: '',
      PLUMBLINE_RETENTION_DAYS: '7',
      PLUMBLINE_MAX_RECORDS: '100',
      PLUMBLINE_ALLOWED_HOSTS: 'Monitor.internal, other',
    })
    expect(settings).toMatchObject({
      port: 8_080,
      bind: '0.0.0.0',
      url: 'https://plumbline.example.com',
      adminPassword: null,
    })
    expect(settings.retention.logDays).toBe(7)
    expect(settings.limits.maxRecords).toBe(100)
    expect(settings.allowedHosts).toEqual(['monitor.internal', 'other'])
  })

  it.each([
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PLUMBLINE_BIND', 'everywhere'],
    ['PLUMBLINE_URL', 'plumbline.example.com'],
    ['PLUMBLINE_URL', 'https://example.com/plumbline'],
    ['PLUMBLINE_ADMIN_PASSWORD', 'short'],
    ['PLUMBLINE_ADMIN_KEY', 'short'],
    ['PLUMBLINE_LOG_LEVEL', 'loud'],
    ['PLUMBLINE_PAGES', 'yes'],
    ['PLUMBLINE_RETENTION_DAYS', '0'],
    ['PLUMBLINE_MAX_BODY_BYTES', '-1'],
    ['PLUMBLINE_RETENTION', '3'],
  ])('refuses %s=%s with one line that names it', (name, value) => {
    const refuse = () => parseSettings({ [name]: value })
    expect(refuse).toThrow(SettingsError)
    expect(refuse).toThrow(new RegExp(`^${name} [^\\n]+$`))
  })

  it('never repeats a wrong secret', () => {
    expect(() => parseSettings({ PLUMBLINE_ADMIN_PASSWORD: 'hunter2' })).toThrow(/^(?!.*hunter2)/)
  })
})

describe('printableSettings', () => {
  it('tells of secrets only whether they are set', () => {
    const settings = parseSettings({
      PLUMBLINE_ADMIN_PASSWORD: 'correct horse battery',
      PLUMBLINE_ADMIN_KEY: 'k'.repeat(30),
    })
    const text = JSON.stringify(printableSettings(settings))
    expect(text).not.toContain('correct horse battery')
    expect(text).not.toContain('k'.repeat(30))
    expect(text).toContain('"hasAdminPassword":true')
  })
})

describe('the documentation', () => {
  it.each(['docs/settings.md', 'README.md'])('names only settings that exist: %s', (file) => {
    const rows = readFileSync(file, 'utf8').matchAll(/^\| `(P[A-Z_]+)` \|/gm)
    const named = [...rows].map(([, name]) => name)
    expect(named.filter((name) => !SETTING_NAMES.includes(String(name)))).toEqual([])
    if (file === 'docs/settings.md') expect(named.toSorted()).toEqual(SETTING_NAMES.toSorted())
  })
})
