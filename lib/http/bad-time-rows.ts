/** Owns the rows of bad times: units, years, clocks that are wrong, zones. */
import type { BadInputRow } from '@/lib/http/bad-input-row'

const record = (fields: object) => JSON.stringify({ features: { a: 1 }, ...fields })
const at = (timestamp: unknown) => record({ timestamp, n: String(timestamp) })

export const BAD_TIME_ROWS: readonly BadInputRow[] = [
  { row: '115', what: 'no timestamp', body: record({ prediction: 'now' }), status: 200, accepted: 1 },
  {
    row: '116',
    what: 'seconds (told by their size)',
    body: at(Math.floor(Date.now() / 1000)),
    status: 200,
    accepted: 1,
  },
  { row: '116', what: 'microseconds (likewise)', body: at(Date.now() * 1000), status: 200, accepted: 1 },
  {
    row: '116',
    what: 'nanoseconds as text (likewise)',
    body: at(`${Date.now()}000000`),
    status: 200,
    accepted: 1,
  },
  {
    row: '118',
    what: 'the year 0',
    body: at('0000-01-01T00:00:00Z'),
    status: 422,
    code: 'timestamp_out_of_range',
  },
  {
    row: '118',
    what: 'the year 9999',
    body: at('9999-01-01T00:00:00Z'),
    status: 422,
    code: 'timestamp_out_of_range',
  },
  {
    row: '118',
    what: 'the year 275760',
    body: at('+275760-09-13T00:00:00Z'),
    status: 422,
    code: 'invalid_timestamp',
  },
  { row: '118', what: 'a negative instant', body: at(-1), status: 422, code: 'timestamp_out_of_range' },
  {
    row: '118',
    what: 'the epoch',
    body: at('1970-01-01T00:00:00Z'),
    status: 422,
    code: 'timestamp_out_of_range',
  },
  { row: '119', what: 'less than 5 minutes ahead', body: at(Date.now() + 240_000), status: 200, accepted: 1 },
  {
    row: '119',
    what: 'more than 5 minutes ahead',
    body: at(Date.now() + 900_000),
    status: 422,
    code: 'timestamp_future',
  },
  {
    row: '120',
    what: '31 days ago',
    body: at(Date.now() - 31 * 86_400_000),
    status: 422,
    code: 'timestamp_too_old',
  },
  {
    row: '121',
    what: 'a whole batch two hours ahead',
    body: `[${at(Date.now() + 7_200_000)},${at(Date.now() + 7_200_001)}]`,
    status: 422,
    code: 'timestamp_future',
  },
  {
    row: '124',
    what: 'one timestamp many times',
    body: `[${Array.from({ length: 1_000 }, (_, i) => record({ timestamp: 'T', i }).replace('"T"', '1795256430000'.replace(/.*/, String(Math.floor(Date.now() / 1000))))).join(',')}]`,
    status: 200,
    accepted: 1_000,
  },
  {
    row: '125',
    what: 'local time with an offset',
    body: at(new Date(Date.now() + 7_200_000).toISOString().replace('Z', '+02:00')),
    status: 200,
    accepted: 1,
  },
]
