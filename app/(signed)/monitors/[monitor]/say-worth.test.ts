import { expect, it } from 'vitest'
import { sayWorth } from '@/app/(signed)/monitors/[monitor]/say-worth'
import { DRIFT_MONITOR } from '@/lib/domain/testing'
import { unused, usefulnessOf } from '@/lib/queries/monitor-use'

const month = 'in the last 30 days'

it.each([
  [{}, `It has not fired ${month}.`],
  [{ fired: 1, real: 1 }, `It took part in 1 alert ${month}, and it was real.`],
  [
    { fired: 3, falseAlarms: 2 },
    `It took part in 3 alerts ${month}, and people marked 2 of them false: try another limit below, or switch it off.`,
  ],
  [
    { fired: 5, falseAlarms: 2, real: 1 },
    `It took part in 5 alerts ${month}, and people marked 2 of them false and 1 real: try another limit below.`,
  ],
  [
    { fired: 4, unseen: 4 },
    `It took part in 4 alerts ${month}, and nobody ever opened one: it may not be worth a call.`,
  ],
  [{ fired: 2, unseen: 2 }, `It took part in 2 alerts ${month}; nobody has said yet whether they were real.`],
])('a monitor with %o is said to be worth what people found', (change, sentence) => {
  const use = { ...unused(1), ...change }
  const monitor = { ...DRIFT_MONITOR, id: 1, versionId: 1, profileId: 1, column: null }
  expect(sayWorth({ monitor, use, usefulness: usefulnessOf(use) })).toBe(sentence)
})
