import { describe, expect, it } from 'vitest'
import { sayDistances, sayShares } from '@/lib/monitor/words'

describe('two numbers that are read beside each other', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['have the same decimals', sayDistances(0.3142, 0.1), ['0.314', '0.100']],
    ['are read apart', sayDistances(0.2949, 0.2851), ['0.295', '0.285']],
    ['read the same when they are', sayDistances(0.1, 0.1), ['0.1', '0.1']],
    ['shares are whole per cents from ten on', sayShares(0.62, 0.48), ['62 %', '48 %']],
    ['shares have decimals where both would read the same', sayShares(0.1241, 0.1162), ['12.4 %', '11.6 %']],
  ])('%s', (_name, said, expected) => {
    expect(said).toEqual(expected)
  })
})
