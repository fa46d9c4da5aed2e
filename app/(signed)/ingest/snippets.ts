/** Owns the commands that people paste: with this instance's address and quoted so that no name can break out. */

import { SAMPLE_RECORD } from '@/lib/domain/shippers/sample-record'

const KEY = '$PLUMBLINE_KEY'

/** A text as one shell word. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function recordCommand(publicUrl: string, model: string, version: string): string {
  const record = { ...SAMPLE_RECORD, version }
  const address = `${publicUrl}/api/v1/ingest/${encodeURIComponent(model)}`
  return [
    `curl ${shellQuote(address)} \\`,
    `  -H "Authorization: Bearer ${KEY}" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuote(JSON.stringify(record))}`,
  ].join('\n')
}

export function profileCommand(publicUrl: string, model: string, version: string): string {
  const address = `${publicUrl}/api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}/profile`
  return [
    `curl -X PUT ${shellQuote(address)} \\`,
    `  -H "Authorization: Bearer ${KEY}" \\`,
    '  --data-binary @training.csv',
  ].join('\n')
}

export function labelCommand(publicUrl: string, model: string): string {
  const address = `${publicUrl}/api/v1/labels`
  const body = { model, labels: [{ prediction_id: 'req-1', label: 'approved' }] }
  return [
    `curl ${shellQuote(address)} \\`,
    `  -H "Authorization: Bearer ${KEY}" \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shellQuote(JSON.stringify(body))}`,
  ].join('\n')
}
