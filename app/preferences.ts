/** Owns what a browser remembers about looks: theme and time zone, in two cookies. No data depends on them. */

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

export const THEME_COOKIE = 'plumbline_theme'
export const ZONE_COOKIE = 'plumbline_zone'
export const UTC = 'UTC'

interface CookieSource {
  get(name: string): { value: string } | undefined
}

export function readTheme(cookies: CookieSource): Theme {
  const value = cookies.get(THEME_COOKIE)?.value
  return THEMES.find((theme) => theme === value) ?? 'system'
}

/** The IANA zone that times are shown in: UTC unless the browser asked for its own. */
export function readZone(cookies: CookieSource, wish: 'utc' | 'local' | null): string {
  if (wish === 'utc') return UTC
  const value = decodeCookie(cookies.get(ZONE_COOKIE)?.value ?? UTC)
  return isTimeZone(value) ? value : UTC
}

function decodeCookie(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return UTC
  }
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
