import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromSegment, modelPath, toSegment, withQuery } from '@/app/links'

describe('addresses', () => {
  it('carry every name there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        expect(fromSegment(toSegment(name))).toBe(name)
      }),
    )
  })

  it.each(['.', '..', '../../etc/passwd', 'a/b', 'a\\b', '%2e%2e', '~~x', '<script>', 'مرحبا'])(
    'keep the name %s inside one path segment',
    (name) => {
      const path = new URL(`${modelPath(name)}/inputs`, 'http://host').pathname
      expect(path.split('/')).toHaveLength(4)
      expect(fromSegment(path.split('/')[2] ?? '')).toBe(name)
    },
  )

  it('take a segment that is no encoding of a name for nothing', () => {
    expect(fromSegment('%E0%A4%A')).toBeNull()
    expect(fromSegment('~~****')).toBeNull()
  })

  it('leave out what is absent', () => {
    expect(withQuery('/a', { version: 'x y', range: null, q: '' })).toBe('/a?version=x+y')
    expect(withQuery('/a')).toBe('/a')
  })
})
