/** Owns the OpenAPI document, made from the table of routes. */
import * as z from 'zod'
import type { Route, RouteAccess } from '@/lib/http/route'
import { ProblemSchema } from '@/lib/http/schemas'

const SECURITY: Readonly<Record<RouteAccess, readonly object[]>> = {
  public: [],
  any: [{ key: [] }, { session: [] }],
  ingest: [{ key: [] }, { session: [] }],
  read: [{ key: [] }, { session: [] }],
  metrics: [{ key: [] }, { session: [] }],
  admin: [{ key: [] }, { session: [] }],
  session: [{ session: [] }],
}

/** An OpenAPI 3.1 document of `routes`. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = paths[route.path] ?? {}
    path[route.method.toLowerCase()] = operation(route)
    paths[route.path] = path
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plumbline',
      version: '1',
      description: 'Monitoring and drift detection for deployed models.',
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      schemas: { Problem: jsonSchema(ProblemSchema, 'output') },
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'API key; Basic (as password) and X-API-Key work too',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'plumbline_session' },
      },
    },
  }
}

function operation(route: Route): object {
  return {
    summary: route.summary,
    operationId: operationId(route),
    security: SECURITY[route.access],
    'x-scope': route.access,
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(route.body === undefined ? {} : { requestBody: requestBody(route.body, route.consumes) }),
    responses: {
      ...success(route),
      default: {
        description: 'A problem document (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function operationId(route: Route): string {
  const words = route.path
    .replace('/api/v1', '')
    .replace(/[{}]/g, '')
    .split(/[/._-]+/)
  return [route.method.toLowerCase(), ...words.filter(Boolean)].join('_')
}

function pathParameters(route: Route): object[] {
  return [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(route: Route): object[] {
  if (route.query === undefined) return []
  const { properties = {}, required = [] } = jsonSchema(route.query, 'input') as {
    properties?: Record<string, { description?: string }>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function requestBody(body: z.ZodType, consumes: readonly string[] = ['application/json']): object {
  const schema = jsonSchema(body, 'input')
  return { required: true, content: Object.fromEntries(consumes.map((type) => [type, { schema }])) }
}

function success(route: Route): object {
  if (route.response === undefined && route.produces === undefined) return { '204': { description: 'Done' } }
  const types = route.produces ?? ['application/json']
  const schema = route.response === undefined ? { type: 'string' } : jsonSchema(route.response, 'output')
  const content = types.map((type) => [type, { schema: type.includes('json') ? schema : { type: 'string' } }])
  return { '200': { description: 'Success', content: Object.fromEntries(content) } }
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
