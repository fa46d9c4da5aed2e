/** Owns the API addresses that pages send changes to. */

export function versionApiPath(model: string, version: string): string {
  return `/api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`
}

export function profileApiPath(model: string, version: string, profileId: number): string {
  return `${versionApiPath(model, version)}/profiles/${profileId}`
}

export function alertApiPath(alertId: number, act: 'acknowledge' | 'resolve' | 'silence'): string {
  return `/api/v1/alerts/${alertId}/${act}`
}
