import { describe, expect, it } from 'vitest'
import { writeAlike } from '@/lib/domain/alike'

describe('numbers beside each other', () => {
  it.each([
    [0.3127, 0.1, '0.313', '0.100'],
    [0.31, 0.2, '0.31', '0.20'],
    [0.4, 0.1, '0.4', '0.1'],
    [0.0462, 0.1, '0.046', '0.100'],
    [0.0004, 0.1, '0.0004', '0.1000'],
    [12.34, 5, '12.3', '5.0'],
    [1_234.5, 900, '1,235', '900'],
    [0, 0.25, '0.00', '0.25'],
    [0, 0, '0', '0'],
    [3e-5, 1e-5, '3.00e-5', '1.00e-5'],
    [0.9996, 0.1, '1.0', '0.1'],
  ])('%s and %s are written alike', (value, limit, first, second) => {
    expect(writeAlike([value, limit])).toEqual([first, second])
  })
})
