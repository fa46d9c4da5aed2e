/** Owns the ready manifest of Seldon Core's request logger, which also stands before MLServer. */
import { ingestUrlWithKey, type Shipper } from '@/lib/domain/shippers/shipper'

export const SELDON: Shipper = {
  id: 'seldon',
  name: 'Seldon Core and MLServer',
  group: 'Serving stacks',
  language: 'yaml',
  place: 'your SeldonDeployment',
  endpoint: 'POST /api/v1/ingest/k/{key}/{model}',
  config: (target) => `apiVersion: machinelearning.seldon.io/v1
kind: SeldonDeployment
metadata:
  name: "${target.model}"
spec:
  predictors:
    - name: default
      graph:
        name: classifier
        # implementation and modelUri: … as they are now
        logger:
          mode: all              # requests and responses, joined by their id; feedback is taken too
          url: "${ingestUrlWithKey(target)}"
`,
  notes: [
    'MLServer logs nothing over HTTP itself: the logger of Seldon Core 1 or of KServe sends its V2 requests and responses. Seldon Core 2 writes them to Kafka; a Vector with a kafka source brings them here.',
    'The key stands in the address, since the logger can send no header of ours. What it cannot deliver is lost.',
  ],
}
