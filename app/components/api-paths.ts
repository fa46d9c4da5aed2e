/** Owns the API addresses that pages send changes to. */

export function versionApiPath(model: string, version: string): string {
  return `/api/v1/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(version)}`
}

export function profileApiPath(model: string, version: string, profileId: number): string {
  return `${versionApiPath(model, version)}/profiles/${profileId}`
}

type AlertAct = 'acknowledge' | 'resolve' | 'silence' | 'assign' | 'comment' | 'judge' | 'see'

export function alertApiPath(alertId: number, act: AlertAct): string {
  return `/api/v1/alerts/${alertId}/${act}`
}
