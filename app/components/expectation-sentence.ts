/** Owns an expectation in words. */
import { formatNumber, formatShare } from '@/app/format'
import type { Expectation } from '@/lib/domain/profile'

const MAX_VALUES = 8

export function expectationSentence(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'presence':
      return expectation.maxMissing === 0
        ? 'Never missing.'
        : `Missing in at most ${formatShare(expectation.maxMissing)} of the rows.`
    case 'type':
      return `Of type ${expectation.type}.`
    case 'range':
      return `Between ${formatNumber(expectation.min)} and ${formatNumber(expectation.max)}.`
    case 'positive':
      return expectation.zeroAllowed ? 'Zero or more.' : 'More than zero.'
    case 'set': {
      const shown = expectation.values.slice(0, MAX_VALUES).join(', ')
      const rest = expectation.values.length - MAX_VALUES
      return `One of ${expectation.values.length} values: ${shown}${rest > 0 ? ` and ${rest} more` : ''}.`
    }
    case 'length':
      return `${expectation.min} to ${expectation.max} characters long.`
  }
}
