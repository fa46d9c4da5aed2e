/** Owns what each cause is called: in a first line, while it lasts, and once it is over. */
import { isCustom } from '@/lib/domain/metric'
import type { Cause } from '@/lib/domain/monitor'

export interface CauseWords {
  /** For a first line: `input drift`. */
  readonly name: string
  /** Before `since …`. */
  readonly lasting: string
  /** Before `from … to …`, or `in data of …`. */
  readonly over: string
}

export const CAUSE_WORDS: Readonly<Record<Cause, CauseWords>> = {
  no_data: { name: 'no data', lasting: 'No records have arrived', over: 'No records arrived' },
  schema: {
    name: 'schema fault',
    lasting: 'The data has had another shape than the model was built for',
    over: 'The data had another shape than the model was built for',
  },
  data_quality: { name: 'data quality', lasting: 'The data has had faults', over: 'The data had faults' },
  input_drift: {
    name: 'input drift',
    lasting: 'Inputs have differed from the reference',
    over: 'Inputs differed from the reference',
  },
  output_drift: {
    name: 'output drift',
    lasting: 'Predictions have differed from the reference',
    over: 'Predictions differed from the reference',
  },
  quality: {
    name: 'model quality',
    lasting: 'The predictions have been worse than expected',
    over: 'The predictions were worse than expected',
  },
  software: {
    name: 'software',
    lasting: 'The service has behaved differently from before',
    over: 'The service behaved differently from before',
  },
}

const OF_CUSTOM: CauseWords = {
  name: 'custom metric',
  lasting: 'What custom metrics measure has been beyond its limit',
  over: 'What custom metrics measure was beyond its limit',
}

/** The words of a cause, or, where only metrics that people defined speak of it, words that promise no more. */
export function wordsFor(cause: Cause, metrics: readonly string[]): CauseWords {
  return metrics.length > 0 && metrics.every(isCustom) ? OF_CUSTOM : CAUSE_WORDS[cause]
}
