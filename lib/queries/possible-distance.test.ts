import { expect, it } from 'vitest'
import { possibleDistance } from '@/lib/queries/possible-distance'

it.each([
  ['ks', 0.43, 0.43],
  ['ks', 1.43, null],
  [null, 90, 90],
] as const)('a limit of %s at %d is told as %s', (method, limit, told) => {
  expect(possibleDistance(method, limit)).toBe(told)
})
