/** Owns the ready code for Python's requests. */
import { ingestUrl, type Shipper } from '@/lib/domain/shippers/shipper'

export const PYTHON_REQUESTS: Shipper = {
  id: 'python-requests',
  name: 'Python, requests',
  group: 'Your own code',
  language: 'python',
  place: 'your service',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `# pip install requests
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

session = requests.Session()
session.headers["Authorization"] = "Bearer ${target.key}"
retry = Retry(
    total=20,
    backoff_factor=0.5,  # half an hour in all
    status_forcelist=[408, 429, 500, 502, 503, 504],
    allowed_methods=None,  # POST too: repeating a request is safe here
)
session.mount("${new URL(target.publicUrl).protocol}//", HTTPAdapter(max_retries=retry))


def log_predictions(records):
    answer = session.post("${ingestUrl(target)}", json=records, timeout=30)
    answer.raise_for_status()
    return answer.json()  # counts, and a reason for each refused record


log_predictions([{
    "version": "1",
    "prediction_id": "req-1",
    "timestamp": time.time(),
    "features": {"income": 4.2, "region": "EU"},
    "prediction": "approved",
    "prediction_score": 0.91,
    "latency_ms": 12,
}])
`,
  notes: [
    'Retries honour Retry-After. The call waits meanwhile: keep it off the path that answers your users, in a thread with a queue.',
    'Give each record a prediction_id: then labels find it, and a repeated request counts once for ever rather than for 15 minutes.',
  ],
}
