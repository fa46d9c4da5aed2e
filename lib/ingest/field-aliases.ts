/** Owns the table of names under which shippers send the fields of a record; docs/api.md shows the same table. */

/** Aliases in the order they are tried; the first is the name we document. */
export const FIELD_ALIASES = {
  model: ['model_id', 'model', 'model_name', 'modelId', 'datasetId', '_index', 'service.name'],
  version: ['model_version', 'version', 'deployed_model_id', 'served_entity_id', 'bento_version'],
  id: [
    'prediction_id',
    'id',
    'inference_id',
    'inferenceId',
    'event_id',
    'eventId',
    'request_id',
    'client_request_id',
    'databricks_request_id',
    'ce-id',
    '_id',
    'uid',
  ],
  time: [
    'timestamp',
    '@timestamp',
    'prediction_timestamp',
    'ts',
    'time',
    // Tables of requests have both, and the date is the day alone.
    'timestamp_ms',
    'date',
    'datetime',
    'inferenceTime',
    'logging_time',
    'request_time',
    'Ce-Time',
    'timeUnixNano',
  ],
  features: ['features', 'inputs', 'input', 'instances', 'request'],
  prediction: [
    'prediction',
    'prediction_label',
    'pred',
    'y_pred',
    'output',
    'outputs',
    'response',
    'predicted_value',
    'predictions',
  ],
  score: ['prediction_score', 'score', 'probability', 'proba', 'y_pred_proba', 'prediction_proba', 'scores'],
  actual: ['actual', 'label', 'target', 'ground_truth', 'actual_label', 'actual_score', 'y_true'],
  labelTime: ['label_timestamp', 'actual_timestamp'],
  tags: ['tags', 'segment', 'segments', 'metadata', 'labels'],
  embedding: ['embeddings', 'embedding', 'embedding_features'],
  latency: ['latency_ms', 'execution_time_ms', 'duration_ms', 'duration_seconds', 'latency'],
  status: ['status_code', 'status'],
  error: ['error'],
  level: ['level'],
  memory: ['memory_bytes', 'rss_bytes'],
  load: ['load', 'cpu_load'],
  weight: ['sampling_fraction', 'sample_rate', 'weight'],
  trace: ['trace_id', 'traceId'],
  environment: ['environment', 'env', 'deployment.environment.name'],
  envelope: ['message', 'MESSAGE', 'log', 'event', 'line', 'body', 'single'],
} as const satisfies Record<string, readonly string[]>

export type FieldName = keyof typeof FIELD_ALIASES

export const FIELD_NAMES = Object.keys(FIELD_ALIASES) as readonly FieldName[]

export interface Alias {
  /** Index into FIELD_NAMES. */
  readonly field: number
  readonly rank: number
  readonly name: string
}

/** Alias by the key of a record. */
export const ALIAS_OF: ReadonlyMap<string, Alias> = new Map(
  FIELD_NAMES.flatMap((name, field) =>
    FIELD_ALIASES[name].map((key, rank): [string, Alias] => [key, { field, rank, name: key }]),
  ),
)

/** Index of each field in a list of found values. */
export const FIELD = Object.fromEntries(FIELD_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<FieldName, number>
>
