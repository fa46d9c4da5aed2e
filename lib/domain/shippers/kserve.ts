/** Owns the ready manifest of KServe's inference logger. */
import { ingestUrlWithKey, type Shipper } from '@/lib/domain/shippers/shipper'

export const KSERVE: Shipper = {
  id: 'kserve',
  name: 'KServe',
  group: 'Serving stacks',
  language: 'yaml',
  place: 'your InferenceService',
  endpoint: 'POST /api/v1/ingest/k/{key}/{model}',
  config: (target) => `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: "${target.model}"
spec:
  predictor:
    logger:
      mode: all                  # requests and responses, joined by their id
      url: "${ingestUrlWithKey(target)}"
    # model: … as it is now
`,
  notes: [
    'The logger can send no header of ours, so the key stands in the address. Plumbline takes only ingest keys there and keeps them out of its log; whoever may read the InferenceService can read the key.',
    'KServe tries each message once and keeps 100 waiting: what it cannot deliver is lost. Where that matters, send to a Vector or a Collector beside it.',
  ],
}
