/** Owns the one record that examples show. */

export const SAMPLE_RECORD = {
  version: '1',
  prediction_id: 'req-1',
  features: { income: 4.2, region: 'EU' },
  prediction: 'approved',
  prediction_score: 0.91,
  latency_ms: 12,
} as const
