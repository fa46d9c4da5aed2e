/** Owns the rows of bad names: of features, tags, models and versions. */
import type { BadInputRow } from '@/lib/http/bad-input-row'

const feature = (name: string) => `{"features":{"${name}":1}}`
const named = (fields: object) => JSON.stringify({ features: { a: 1 }, ...fields })

/** Name of the case, name as JSON text inside quotes, code. */
const FEATURE_NAMES: readonly (readonly [row: string, what: string, name: string, code: string])[] = [
  ['76', 'no letters', '', 'bad_name'],
  ['76', '67 letters of three bytes', '漢'.repeat(67), 'name_too_long'],
  ['76', '10 MB', 'x'.repeat(10_000_000), 'record_too_large'],
  ['79', 'a newline', 'a\\nb', 'control_char'],
  ['79', 'a tab', 'a\\tb', 'control_char'],
  ['79', 'a C1 control', 'a\\u0085b', 'control_char'],
  ['79', 'a line separator', 'a\\u2028b', 'control_char'],
  ['79', 'a paragraph separator', 'a\u2029b', 'control_char'],
  ['80', 'half a surrogate pair', 'a\\udc00', 'invalid_unicode'],
  ['91', 'a terminal sequence', '\\u001b[2J', 'control_char'],
]

const MODEL_NAMES: readonly (readonly [row: string, name: string, code: string])[] = [
  ['88', '\\\\host\\share', 'bad_name'],
  ['88', '/etc/passwd', 'bad_name'],
  ['89', '_next', 'reserved_name'],
  ['89', 'new', 'reserved_name'],
  ['89', 'settings', 'reserved_name'],
  ['89', '.', 'reserved_name'],
  ['89', '..', 'reserved_name'],
  ['91', '\u001b[31mred', 'control_char'],
]

/** Odd, and welcome: they reach no path, no shell and no page unescaped. */
const ODD_MODELS: readonly (readonly [row: string, name: string])[] = [
  ['85', '<script>alert(1)<script>'],
  ['86', "'; DROP TABLE model; --"],
  ['88', 'CON'],
  ['92', '<!channel> *bold* `code` <@U123>'],
]

export const BAD_NAME_ROWS: readonly BadInputRow[] = [
  ...FEATURE_NAMES.map(
    ([row, what, name, code]): BadInputRow => ({
      row,
      what: `a feature whose name has ${what}`,
      body: feature(name),
      status: 422,
      code,
    }),
  ),
  ...MODEL_NAMES.flatMap(([row, name, code]): BadInputRow[] => {
    const refused = { path: '/api/v1/ingest', status: 422, code }
    return [
      { row, what: `the model ${JSON.stringify(name)}`, body: named({ model: name }), ...refused },
      {
        row,
        what: `the version ${JSON.stringify(name)}`,
        body: named({ model: 'm', version: name }),
        ...refused,
      },
    ]
  }),
  ...ODD_MODELS.map(
    ([row, name]): BadInputRow => ({
      row,
      what: `the odd model ${JSON.stringify(name)}`,
      path: '/api/v1/ingest',
      body: named({ model: name }),
      status: 200,
      accepted: 1,
    }),
  ),
  {
    row: '77',
    what: 'NUL in a value',
    body: '{"features":{"a":"x\\u0000y"}}',
    status: 422,
    code: 'control_char',
  },
  {
    row: '89',
    what: 'an encoded slash as model in the path',
    path: '/api/v1/ingest/%2F',
    body: named({}),
    status: 404,
    code: 'not_found',
  },
  {
    row: '91',
    what: 'a terminal sequence as value',
    body: '{"features":{"a":"\\u001b[2J"}}',
    status: 200,
    accepted: 1,
  },
]
