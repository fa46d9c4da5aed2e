/** Owns the commands that people paste: with this instance's address and quoted so that no name can break out. */

const KEY = '$PLUMBLINE_KEY'

/** A text as one shell word. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

export function recordCommand(publicUrl: string, model: string, version: string): string {
  const record = {
    version,
    prediction_id: 'req-1',
    features: { income: 4.2, region: 'EU' },
    prediction: 'approved',
    prediction_score: 0.91,
    latency_ms: 12,
  }
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

export function pythonSnippet(publicUrl: string): string {
  return `import json, os, time, urllib.request

def log_predictions(model, records):
    request = urllib.request.Request(
        f"${publicUrl}/api/v1/ingest/{model}",
        data=json.dumps({"records": records}).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['PLUMBLINE_KEY']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)  # counts, and a reason for each refused record

log_predictions("credit-risk", [{
    "version": "1",
    "prediction_id": "req-1",
    "timestamp": time.time(),
    "features": {"income": 4.2, "region": "EU"},
    "prediction": "approved",
    "prediction_score": 0.91,
    "latency_ms": 12,
}])`
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
