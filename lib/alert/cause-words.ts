/** Owns what each cause is called: in a first line, while it lasts, and once it is over. */
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
