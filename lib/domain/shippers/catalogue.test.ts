import { spawnSync } from 'node:child_process'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { findShipper, SHIPPERS } from '@/lib/domain/shippers/catalogue'
import { SHIPPER_GROUPS, type Shipper, type ShipperTarget } from '@/lib/domain/shippers/shipper'

const TARGET: ShipperTarget = {
  publicUrl: 'https://plumbline.example.com',
  key: 'plb_0123456789',
  model: 'credit-risk',
}
const hasPython = spawnSync('python3', ['--version']).status === 0

function written(language: Shipper['language']): readonly Shipper[] {
  return SHIPPERS.filter((shipper) => shipper.language === language)
}

describe('the ready configurations', () => {
  it('have ids of their own, which addresses may hold, and a group each', () => {
    const ids = SHIPPERS.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[a-z-]+$/.test(id))).toEqual([])
    expect(SHIPPERS.filter(({ group }) => !SHIPPER_GROUPS.includes(group))).toEqual([])
  })

  it.each(SHIPPERS)('$id names the address and the key, and says what it does not do', (shipper) => {
    const text = shipper.config(TARGET)
    expect(text).toContain('plumbline.example.com')
    expect(text).toContain('plb_0123456789')
    expect(text).not.toMatch(/undefined|\t/)
    expect(shipper.notes.length).toBeGreaterThanOrEqual(2)
  })

  it.each(SHIPPERS)('$id keeps an instance on another port and without TLS apart', (shipper) => {
    const text = shipper.config({ ...TARGET, publicUrl: 'http://10.0.0.7:3000' })
    expect(text).toContain('10.0.0.7')
    expect(text).toContain('3000')
    expect(text).not.toContain('https://')
  })

  it.each(written('yaml'))('$id is indented by twos and quotes what it fills in', (shipper) => {
    const lines = shipper.config(TARGET).split('\n')
    expect(lines.filter((line) => (/^ */.exec(line)?.[0].length ?? 0) % 2 !== 0)).toEqual([])
    expect(lines.filter((line) => (line.split('"').length - 1) % 2 !== 0)).toEqual([])
  })

  it.each(written('javascript'))('$id is JavaScript', (shipper) => {
    expect(() => transformSync(shipper.config(TARGET), { loader: 'js', target: 'es2022' })).not.toThrow()
  })

  it.skipIf(!hasPython).each(written('python'))('$id is Python', (shipper) => {
    const parse = 'import ast, sys; ast.parse(sys.stdin.read())'
    const result = spawnSync('python3', ['-c', parse], { input: shipper.config(TARGET), encoding: 'utf8' })
    expect([result.status, result.stderr]).toEqual([0, ''])
  })

  it.each(written('shell'))('$id is shell', (shipper) => {
    const result = spawnSync('sh', ['-n'], { input: shipper.config(TARGET), encoding: 'utf8' })
    expect([result.status, result.stderr]).toEqual([0, ''])
  })

  it('hold a name with signs of its own as text', () => {
    const model = `x'y"z; $(rm -rf) %2e`
    const text = findShipper('curl').config({ ...TARGET, model })
    expect(text).toContain('/api/v1/ingest/x%27y%22z%3B%20%24%28rm%20-rf%29%20%252e')
    expect(text).not.toContain('$(rm')
  })
})

describe('a sender that is asked for by a wrong name', () => {
  it('is curl', () => {
    expect(findShipper('nothing').id).toBe('curl')
    expect(findShipper(null).id).toBe('curl')
  })
})
