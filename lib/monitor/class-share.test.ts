import { describe, expect, it } from 'vitest'
import { classChange, classFloor } from '@/lib/monitor/class-change'
import { columnProfile, draw, judge, storedProfile } from '@/lib/monitor/testing'

const times = (n: number, label: string) => Array.from({ length: n }, () => label)
const sample = (shares: Readonly<Record<string, number>>) =>
  Object.entries(shares).flatMap(([label, n]) => times(n, label))

const profileOf = (shares: Readonly<Record<string, number>>) =>
  storedProfile([columnProfile('prediction', sample(shares), { family: 'output', role: 'prediction' })], {
    classes: Object.keys(shares),
    positiveClass: null,
  })

/** The class-share evaluation of one window. */
function classShare(profile: ReturnType<typeof profileOf>, window: Readonly<Record<string, number>>) {
  return judge(profile, { columns: { prediction: sample(window) } }).get('class_share prediction')
}

describe('the floor of a class', () => {
  it.each([
    ['a common class that rises', 0.3, true, 0.1],
    ['a common class that falls', 0.3, false, 0.1],
    ['a class of 5 % that doubles', 0.05, true, 0.05],
    ['a class of 5 % that halves', 0.05, false, 0.025],
    ['a class of 1 % that rises to 3 %', 0.01, true, 0.02],
    ['a class that the reference never had', 0, true, 0.02],
    ['the complement of a class of 5 %: 95 % that falls', 0.95, false, 0.05],
    ['the complement of a class of 5 %: 95 % that rises', 0.95, true, 0.025],
    ['the only class, which can only fall', 1, false, 0.02],
  ])('%s', (_, share, isRise, floor) => {
    expect(classFloor(share, isRise, 0.1)).toBeCloseTo(floor, 10)
  })
})

describe('the test of a class', () => {
  const change = (count: number, n: number, referenceCount: number, referenceN = 10_000) =>
    classChange(
      { label: 'a', count, n, referenceCount, referenceN },
      { floor: 0.1, swing: 0, tests: 1, alpha: 0.001 },
    )

  it('takes none of thirty for chance where one in twenty is usual', () => {
    expect(change(0, 30, 500).pValue).toBe(1)
    // (1 - 0.05)^200 is 3.5e-5: two-sided 7e-5, a little less against a reference of finite size.
    expect(change(0, 200, 500).pValue).toBeGreaterThan(5e-5)
    expect(change(0, 200, 500).pValue).toBeLessThan(1e-4)
  })

  it('takes two odd records for chance, however sure the reference is', () => {
    expect(change(2, 20, 0).pValue).toBe(1)
    expect(change(3, 20, 0).pValue).toBeLessThan(1e-4)
  })

  it('asks for more than chance moves a share in a small window', () => {
    // z(0.9995) = 3.29 times sqrt(0.3 * 0.7 * (1/100 + 1/10000)) = 0.0461 allows 0.152.
    const small = change(42, 100, 3_000)
    expect(small.limit).toBeCloseTo(0.4515, 3)
    expect(small.limitRatio).toBeLessThan(1)
    // In a large one the floor counts.
    expect(change(4_200, 10_000, 3_000).limit).toBeCloseTo(0.4, 10)
  })

  it('adds what the reference moved by itself', () => {
    const counts = { label: 'a', count: 4_500, n: 10_000, referenceCount: 3_000, referenceN: 10_000 }
    expect(classChange(counts, { floor: 0.1, swing: 0.2, tests: 1, alpha: 0.001 }).limitRatio).toBeLessThan(1)
    expect(classChange(counts, { floor: 0.1, swing: 0, tests: 1, alpha: 0.001 }).limitRatio).toBeCloseTo(
      1.5,
      6,
    )
  })
})

describe('class shares of a window', () => {
  it('finds that a rare class vanished, which the drift of the whole distribution is too coarse for', () => {
    const profile = profileOf({ fraud: 200, fine: 9_800 })
    const window = { fine: 3_000 }
    const evaluations = judge(profile, { columns: { prediction: sample(window) } })
    expect(evaluations.get('output_drift prediction')?.verdict).toBe('ok')
    expect(evaluations.get('class_share prediction')).toMatchObject({
      verdict: 'severe',
      value: 0,
      reason: 'prediction is "fraud" in 0 % of records, 2 % in the reference (limit 1 %, 3,000 records).',
      detail: { className: 'fraud', effect: 0.02 },
    })
  })

  it('speaks of the class that moved most, and always of the same one of two', () => {
    const three = profileOf({ a: 5_000, b: 3_000, c: 2_000 })
    expect(classShare(three, { a: 500, b: 300, c: 200 })?.verdict).toBe('ok')
    expect(classShare(three, { a: 500, b: 150, c: 350 })).toMatchObject({ verdict: 'drift', value: 0.15 })
    const two = profileOf({ yes: 3_000, no: 7_000 })
    expect(classShare(two, { yes: 800, no: 1_200 })?.value).toBeCloseTo(0.4)
    expect(classShare(two, { yes: 200, no: 1_800 })?.value).toBeCloseTo(0.1)
  })

  it('lists the classes for the page, worst first', () => {
    const judged = classShare(profileOf({ a: 5_000, b: 3_000, c: 2_000 }), { a: 500, b: 150, c: 350 })
    expect(judged?.detail.classes).toMatchObject([{ label: 'b' }, { label: 'c' }, { label: 'a' }])
  })

  it('has too little data rather than a clean bill of health in a small window', () => {
    expect(classShare(profileOf({ yes: 3_000, no: 7_000 }), { yes: 6, no: 14 })?.verdict).toBe(
      'not_enough_data',
    )
  })

  it('says nothing where nothing arrived', () => {
    expect(classShare(profileOf({ yes: 3_000, no: 7_000 }), {})?.verdict).toBe('no_data')
  })

  it('raises one false alarm in thousands of windows of the reference itself at most', () => {
    const profile = profileOf({ a: 6_000, b: 3_600, c: 400 })
    let breaches = 0
    for (let seed = 0; seed < 400; seed++) {
      const window = draw(
        40 + (seed % 7) * 60,
        (random) => {
          const u = random.uniform()
          return u < 0.6 ? 'a' : u < 0.96 ? 'b' : 'c'
        },
        seed + 1,
      )
      const verdict = judge(profile, { columns: { prediction: window } }).get(
        'class_share prediction',
      )?.verdict
      if (verdict === 'drift' || verdict === 'severe') breaches++
    }
    expect(breaches).toBeLessThanOrEqual(1)
  })
})
