/** Owns the advice for an alert: what people usually do about its cause, beginning with what the checks found. Pure. */
import type { Cause } from '@/lib/domain/monitor'
import type { SuspicionCheck } from '@/lib/queries/suspicion-checks'

const BY_CAUSE: Readonly<Record<Cause, readonly string[]>> = {
  no_data: [
    'Look at the sender first: is the service up, and does its shipper report errors?',
    'The ingest page shows when each sender was last heard, and what was refused and why.',
    'If the traffic has moved to another version, retire this one: its silence then means nothing.',
  ],
  schema: [
    'Ask who changed what is sent: a type or a field that changes is a change of code somewhere upstream.',
    'Roll the sender back, or map the field on the settings page of the model.',
    'If the change is meant, build a new reference profile from records that came after it.',
  ],
  data_quality: [
    'Find the first record with the fault (sample records above) and follow it to its source.',
    'Predictions made on such records may be wrong: decide whether the service should refuse them.',
  ],
  input_drift: [
    'See whether the columns that moved come from one source: a fault there is likelier than a change of the world.',
    'If the world has changed, watch the quality of predictions: drift alone does not make them wrong.',
    'If this is the new normal, build a new reference profile; if it harms quality, retrain.',
  ],
  output_drift: [
    'If inputs moved as well, begin there: outputs follow them.',
    'If inputs are as usual, suspect the model itself: a new file, a threshold, a changed post-processing.',
  ],
  quality: [
    'Check that labels are right and complete before blaming the model: a late or broken feed of labels looks the same.',
    'Compare with the version before; if that one is better on the same inputs, roll back.',
    'Otherwise retrain on recent data.',
  ],
  software: [
    'Look at the service: deployments, saturation, dependencies that became slow.',
    'If it began with a version, roll that back.',
  ],
}

const BY_SUSPICION: readonly (readonly [question: RegExp, advice: string])[] = [
  [/unit change/, 'A unit change comes first: mend it at the sender, or every other number here misleads.'],
  [/type change/, 'A changed type comes first: values that cannot be read count as missing.'],
  [/missing values/, 'Missing values come first: find out which source stopped filling the column.'],
  [/new version/, 'It began with a version: compare the two on the model page, and roll back if in doubt.'],
  [/earlier elsewhere/, 'The same columns moved elsewhere first: begin with that alert.'],
  [
    /calendar/,
    'It was like this at the same time of earlier weeks: compare with the same hour of the week instead.',
  ],
]

/** Sentences in the order in which to try them. */
export function whatToDo(cause: Cause, checks: readonly SuspicionCheck[]): string[] {
  const suspected = checks.filter(({ answer }) => answer === 'yes').map(({ question }) => question)
  const first = BY_SUSPICION.filter(([pattern]) => suspected.some((question) => pattern.test(question)))
  return [...first.map(([, advice]) => advice), ...BY_CAUSE[cause]]
}
