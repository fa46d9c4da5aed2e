/**
 * Owns the table of bad requests to ingest: bytes in, status and code out. Row numbers are those of our reliability
 * catalogue. Two rules stand above it: a body of which nothing can be taken is answered 422 (not 400), because shippers
 * know 400 as worth a retry; and what a shipper may reasonably send is taken. Rows that differ for it say so.
 */
import { BAD_ENCODING_ROWS } from '@/lib/http/bad-encoding-rows'
import type { BadInputRow } from '@/lib/http/bad-input-row'
import { BAD_NAME_ROWS } from '@/lib/http/bad-name-rows'
import { BAD_RECORD_ROWS } from '@/lib/http/bad-record-rows'
import { BAD_STRUCTURE_ROWS } from '@/lib/http/bad-structure-rows'

const GOOD = '{"features":{"a":1},"prediction":1}'

const HTTP_ROWS: readonly BadInputRow[] = [
  {
    row: '1',
    what: 'no body (422: the body is at fault, not the request)',
    body: '',
    status: 422,
    code: 'empty_body',
  },
  { row: '2', what: 'an empty list', body: '[]', status: 200, accepted: 0 },
  { row: '2', what: 'an empty wrapper', body: '{"records":[]}', status: 200, accepted: 0 },
  { row: '5', what: 'OPTIONS', method: 'OPTIONS', status: 204 },
  {
    row: '6',
    what: 'PUT (some shippers do)',
    method: 'PUT',
    body: '{"prediction_id":"put","prediction":1}',
    status: 200,
    accepted: 1,
  },
  { row: '6', what: 'PATCH', method: 'PATCH', body: GOOD, status: 405, code: 'method_not_allowed' },
  { row: '28', what: 'a double slash', path: '/api//v1/ingest', body: GOOD, status: 404, code: 'not_found' },
  {
    row: '28',
    what: 'encoded dots',
    path: '/api/v1/x/%2e%2e/ingest',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  {
    row: '28',
    what: 'NUL in the path',
    path: '/api/v1/ingest/%00',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  {
    row: '28',
    what: 'a path parameter',
    path: '/api/v1/ingest;x=1',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  {
    row: '28',
    what: 'a dot at the end',
    path: '/api/v1/ingest/.',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  { row: '28', what: 'upper case', path: '/api/V1/INGEST', body: GOOD, status: 404, code: 'not_found' },
  {
    row: '28',
    what: 'a dot after the last name',
    path: '/api/v1/ingest.',
    body: GOOD,
    status: 404,
    code: 'not_found',
  },
  {
    row: '28',
    what: 'broken per cent encoding',
    path: '/api/v1/ingest/%zz',
    body: GOOD,
    status: 400,
    code: 'bad_path',
  },
  {
    row: '29',
    what: 'headers that steer Next',
    headers: {
      'x-middleware-subrequest': 'src/middleware',
      'next-action': 'x',
      rsc: '1',
      'next-resume': '1',
      'x-nextjs-data': '1',
      'x-action-redirect': '/',
    },
    body: GOOD,
    status: 200,
    accepted: 1,
  },
  {
    row: '31',
    what: 'a key in the query',
    path: '/api/v1/ingest/m?api_key=plb_x',
    body: GOOD,
    status: 400,
    code: 'key_in_url',
  },
  {
    row: '31',
    what: 'a key under another name',
    path: '/api/v1/ingest/m?x=plb_abc',
    body: GOOD,
    status: 400,
    code: 'key_in_url',
  },
  {
    row: '32',
    what: 'HTML as type',
    headers: { 'content-type': 'text/html' },
    body: GOOD,
    status: 415,
    code: 'unsupported_type',
  },
  {
    row: '32',
    what: 'a form with files',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: GOOD,
    status: 415,
    code: 'unsupported_type',
  },
  {
    row: '34',
    what: 'a browser that wants HTML',
    headers: { accept: 'text/html' },
    body: '1',
    status: 422,
    code: 'wrong_shape',
  },
  { row: '139', what: 'no key', headers: { authorization: '' }, body: GOOD, status: 401, code: 'bad_key' },
  {
    row: '139',
    what: 'a wrong key',
    headers: { authorization: 'Bearer plb_wrong' },
    body: 'never parsed',
    status: 401,
    code: 'bad_key',
  },
]

export const BAD_INPUT_ROWS: readonly BadInputRow[] = [
  ...HTTP_ROWS,
  ...BAD_ENCODING_ROWS,
  ...BAD_STRUCTURE_ROWS,
  ...BAD_RECORD_ROWS,
  ...BAD_NAME_ROWS,
]
