/** Owns requests as the inference loggers of KServe and Seldon Core make them, also before MLServer: CloudEvents in headers. For tests only. */
import type { Shape, Stored } from '@/lib/http/clients/shapes/shape'

/** Headers of KServe's logger: binary CloudEvents, one id for a request and its response. */
const kserve = (id: string, kind: 'request' | 'response') => ({
  'user-agent': 'Go-http-client/1.1',
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-type': `org.kubeflow.serving.inference.${kind}`,
  'ce-source': 'http://localhost:9081/',
  'ce-time': '2026-11-21T09:00:00.25Z',
  'ce-inferenceservicename': 'iris',
  'ce-namespace': 'default',
  'ce-component': 'predictor',
  'ce-endpoint': 'default',
  'ce-metadata': '{}',
})
/** Headers of Seldon Core's logger: both have an id of their own, and one of the request. */
const seldon = (id: string, kind: 'request' | 'response') => ({
  'user-agent': 'Go-http-client/1.1',
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': `${id}-${kind}`,
  'ce-requestid': id,
  'ce-type': `io.seldon.serving.inference.${kind}`,
  'ce-source': 'http://localhost:8000/',
  'ce-time': '2026-11-21T09:00:00.25Z',
  'ce-modelid': 'classifier',
  'ce-inferenceservicename': 'iris',
  'ce-namespace': 'seldon',
  'ce-endpoint': 'default',
  'ce-protocol': 'v2',
})

/** What metadataHeaders and metadataAnnotations of the logger add. */
const CALLER = {
  'ce-metadata': '{"X-Request-Id":["7c0f"],"User-Agent":["curl/8.14.1"]}',
  'ce-annotations': '{"team":"risk"}',
}

const V1_ROWS: readonly Stored[] = [
  { id: 'ks-1#0', features: { f0: 6.8, f1: 2.8 }, prediction: 1 },
  { id: 'ks-1#1', features: { f0: 6, f1: 3.4 }, prediction: 2 },
]
const V2_REQUEST =
  '{"id":"v2-1","parameters":{"content_type":"pd"},"inputs":[{"name":"income","shape":[2,1],"datatype":"FP64","data":[52.5,17.0]},{"name":"region","shape":[2,1],"datatype":"BYTES","parameters":{"content_type":"str"},"data":["EU","US"]}]}'
const V2_RESPONSE =
  '{"model_name":"iris","model_version":"v0.1.0","id":"v2-1","parameters":{},"outputs":[{"name":"predict","shape":[2,1],"datatype":"INT64","parameters":{"content_type":"np"},"data":[1,0]}]}'
const v2Rows = (id: string): readonly Stored[] => [
  { id: `${id}#0`, features: { income: 52.5, region: 'EU' }, prediction: 1 },
  { id: `${id}#1`, features: { income: 17, region: 'US' }, prediction: 0 },
]

export const LOGGER_SHAPES: readonly Shape[] = [
  {
    name: 'KServe logger, V1: a request of two rows and its response',
    path: '/api/v1/ingest/iris',
    headers: kserve('ks-1', 'request'),
    body: '{"instances":[[6.8,2.8],[6.0,3.4]]}',
    second: { headers: kserve('ks-1', 'response'), body: '{"predictions":[1,2]}' },
    model: 'iris',
    stored: V1_ROWS,
  },
  {
    name: 'KServe logger with annotations and headers kept, asked by curl: the type that the caller named stands on both',
    path: '/api/v1/ingest/iris',
    headers: {
      ...kserve('ks-1', 'request'),
      ...CALLER,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: '{"instances":[[6.8,2.8],[6.0,3.4]]}',
    second: {
      headers: {
        ...kserve('ks-1', 'response'),
        ...CALLER,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: '{"predictions":[1,2]}',
    },
    model: 'iris',
    stored: V1_ROWS,
  },
  {
    name: 'KServe logger before MLServer, V2: columns of a frame',
    path: '/api/v1/ingest/iris',
    headers: kserve('v2-1', 'request'),
    body: V2_REQUEST,
    second: { headers: kserve('v2-1', 'response'), body: V2_RESPONSE },
    model: 'iris',
    stored: v2Rows('v2-1'),
  },
  {
    name: 'Seldon Core logger before MLServer, V2: the response first',
    path: '/api/v1/ingest/iris',
    headers: seldon('v2-1', 'response'),
    body: V2_RESPONSE,
    second: { headers: seldon('v2-1', 'request'), body: V2_REQUEST },
    model: 'iris',
    stored: v2Rows('v2-1'),
  },
]
