/** Owns the routes of metrics that people define. */
import * as z from 'zod'
import {
  CustomHistoryQuery,
  CustomMetricBody,
  CustomMetricSchema,
  CustomPreviewBody,
  CustomPreviewSchema,
  customHistoryHandler,
  customMetricsHandler,
  previewCustomHandler,
  removeCustomHandler,
  saveCustomHandler,
} from '@/lib/http/handlers/custom-metrics'
import type { Route } from '@/lib/http/route'

export const CUSTOM_METRIC_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/models/{model}/metrics',
    access: 'read',
    summary: 'Custom metrics of a model, as they hold',
    response: z.object({ metrics: z.array(CustomMetricSchema) }),
    handler: customMetricsHandler,
  },
  {
    method: 'PUT',
    path: '/api/v1/models/{model}/metrics',
    access: 'admin',
    summary: 'Save a custom metric under its name: history is counted from the log that is kept',
    body: CustomMetricBody,
    response: CustomMetricSchema,
    handler: saveCustomHandler,
  },
  {
    method: 'POST',
    path: '/api/v1/models/{model}/metrics/preview',
    readsOnly: true,
    access: 'admin',
    summary:
      'What an expression gives on the newest stored records, and in the windows of the last day; stores nothing',
    body: CustomPreviewBody,
    response: CustomPreviewSchema,
    handler: previewCustomHandler,
  },
  {
    method: 'GET',
    path: '/api/v1/models/{model}/metrics/history',
    access: 'read',
    summary: 'Revisions of a custom metric with who, when and why; newest first',
    query: CustomHistoryQuery,
    response: z.object({ revisions: z.array(CustomMetricSchema) }),
    handler: customHistoryHandler,
  },
  {
    method: 'DELETE',
    path: '/api/v1/models/{model}/metrics/{id}',
    access: 'admin',
    summary:
      'Remove a custom metric: its monitors are switched off, what was counted stays until it is too old',
    handler: removeCustomHandler,
  },
]
