/** Owns the rows of bad records: texts and names, numbers, and sheer number; times have a table of their own. */
import type { BadInputRow } from '@/lib/http/bad-input-row'
import { BAD_TIME_ROWS } from '@/lib/http/bad-time-rows'

const GOOD = '{"features":{"a":1},"prediction":1}'
const features = (text: string) => `{"features":${text}}`
const record = (fields: object) => JSON.stringify({ features: { a: 1 }, ...fields })

const TEXT_ROWS: readonly BadInputRow[] = [
  {
    row: '76',
    what: 'a name of 201 bytes',
    body: features(`{"${'x'.repeat(201)}":1}`),
    status: 422,
    code: 'name_too_long',
  },
  {
    row: '76',
    what: 'a name of 900 kB',
    body: features(`{"${'x'.repeat(900_000)}":1}`),
    status: 422,
    code: 'name_too_long',
  },
  { row: '77', what: 'NUL in a name', body: features('{"a\\u0000b":1}'), status: 422, code: 'control_char' },
  { row: '79', what: 'DEL in a name', body: features('{"a\u007fb":1}'), status: 422, code: 'control_char' },
  { row: '79', what: 'a tab in a value', body: features('{"a":"x\\ty"}'), status: 200, accepted: 1 },
  {
    row: '80',
    what: 'half a surrogate pair',
    body: features('{"a":"\\ud800"}'),
    status: 422,
    code: 'invalid_unicode',
  },
  {
    row: '82',
    what: 'bidi overrides and zero-width letters',
    body: features('{"a\u202eb\u200d":"\u202e"}'),
    status: 200,
    accepted: 1,
  },
  {
    row: '83',
    what: 'names that differ in case and blanks',
    body: features('{"Age":1,"age":2,"age ":3}'),
    status: 200,
    accepted: 1,
  },
  {
    row: '85',
    what: 'markup as name and value',
    body: features('{"<script>alert(1)</script>":"<img onerror=x>{{7*7}}"}'),
    status: 200,
    accepted: 1,
  },
  {
    row: '86',
    what: 'SQL as name and value',
    body: features(`{"'; DROP TABLE record; --":"%_\\""}`),
    status: 200,
    accepted: 1,
  },
  {
    row: '88',
    what: 'a path as model',
    path: '/api/v1/ingest',
    body: record({ model: '../../etc/passwd' }),
    status: 422,
    code: 'bad_name',
  },
  {
    row: '88',
    what: 'an encoded path as model',
    path: '/api/v1/ingest/..%2F..%2Fetc',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  {
    row: '89',
    what: 'a reserved name as model',
    path: '/api/v1/ingest/api',
    body: GOOD,
    status: 422,
    code: 'reserved_name',
  },
  {
    row: '92',
    what: 'a mail header in a model name',
    path: '/api/v1/ingest',
    body: record({ model: 'a\nBcc: x' }),
    status: 422,
    code: 'control_char',
  },
  {
    row: '95',
    what: 'a category of 900 kB (the limit is 8 KiB)',
    body: features(`{"a":"${'x'.repeat(900_000)}"}`),
    status: 422,
    code: 'value_too_long',
  },
]

const NUMBER_ROWS: readonly BadInputRow[] = [
  { row: '97', what: '1e400', body: features('{"a":1e400}'), status: 422, code: 'number_out_of_range' },
  { row: '97', what: '-1e400', body: features('{"a":-1e400}'), status: 422, code: 'number_out_of_range' },
  { row: '98', what: '1e-400', body: features('{"a":1e-400}'), status: 200, accepted: 1 },
  {
    row: '100',
    what: 'a feature beyond 2^53',
    body: features('{"a":9007199254740993}'),
    status: 200,
    accepted: 1,
  },
  {
    row: '101',
    what: 'an id beyond 2^53',
    body: '{"features":{"a":1},"prediction_id":9007199254740993}',
    status: 422,
    code: 'unsafe_integer_id',
  },
  {
    row: '101',
    what: 'an id that is a fraction',
    body: '{"features":{"a":1},"prediction_id":1.5}',
    status: 422,
    code: 'unsafe_integer_id',
  },
  {
    row: '101',
    what: 'an id that is a list',
    body: '{"features":{"a":1},"prediction_id":[1]}',
    status: 422,
    code: 'invalid_id',
  },
  {
    row: '103, 104',
    what: 'text and number in one feature (taken as they are, and counted as a change of type)',
    body: `[${features('{"a":"3.14"}')},${features('{"a":3.14}')}]`,
    status: 200,
    accepted: 2,
  },
  { row: '106', what: 'null', body: features('{"a":null}'), status: 200, accepted: 1 },
  {
    row: '109',
    what: 'a probability above 1',
    body: record({ score: 1.0000001 }),
    status: 422,
    code: 'bad_probability',
  },
  {
    row: '109',
    what: 'a probability below 0',
    body: record({ score: -0.1 }),
    status: 422,
    code: 'bad_probability',
  },
  {
    row: '109',
    what: 'scores by class that do not add up to 1 (taken: classes need not exclude each other)',
    body: record({ scores: { a: 0.9, b: 0.8 } }),
    status: 200,
    accepted: 1,
  },
  {
    row: '109',
    what: 'a score of a class above 1',
    body: record({ scores: { a: 0.9, b: 1.8 } }),
    status: 422,
    code: 'bad_probability',
  },
  {
    row: '110',
    what: 'a class never seen',
    body: record({ prediction: 'newcomer' }),
    status: 200,
    accepted: 1,
  },
  {
    row: '113',
    what: 'numbers from 1e-300 to 1e300',
    body: features('{"a":1e-300,"b":1e300}'),
    status: 200,
    accepted: 1,
  },
]

const BULK_ROWS: readonly BadInputRow[] = [
  {
    row: '142',
    what: 'a new feature in each of 1,100 records',
    path: '/api/v1/ingest/explosion',
    body: `[${Array.from({ length: 1_100 }, (_, i) => `{"features":{"f${i}":1}}`).join(',')}]`,
    status: 200,
    accepted: 1_000,
    code: 'too_many_features_model',
  },
  {
    row: '142',
    what: 'a feature of that model that is known',
    path: '/api/v1/ingest/explosion',
    body: '{"features":{"f3":2}}',
    status: 200,
    accepted: 1,
  },
  {
    row: '143',
    what: '2,000 different categories',
    path: '/api/v1/ingest/uuids',
    body: `[${Array.from({ length: 2_000 }, (_, i) => `{"features":{"id":"${i}-x"}}`).join(',')}]`,
    status: 200,
    accepted: 2_000,
  },
  {
    row: '145',
    what: '65 tags',
    body: record({ tags: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, 'x'])) }),
    status: 422,
    code: 'too_many_features',
  },
]

export const BAD_RECORD_ROWS: readonly BadInputRow[] = [
  ...TEXT_ROWS,
  ...NUMBER_ROWS,
  ...BAD_TIME_ROWS,
  ...BULK_ROWS,
]
