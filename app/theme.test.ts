import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

/** What a rule of the theme declares, by property. */
function declared(css: string, selector: string): Record<string, string> {
  const body = css.split(`${selector} {`)[1]?.split('}')[0] ?? ''
  return Object.fromEntries(
    [...body.matchAll(/([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]),
  )
}

it('is as dark when the system asks for it as when a person does', () => {
  const css = readFileSync(new URL('theme.css', import.meta.url), 'utf8')
  const chosen = declared(css, ':root[data-theme="dark"]')
  expect(Object.keys(chosen).length).toBeGreaterThan(20)
  // CSS cannot name one set of values for a selector and for a media query: it stands twice, and must be the same.
  expect(declared(css, ':root[data-theme="system"]')).toEqual(chosen)
  const light = declared(css, ':root')
  for (const name of Object.keys(chosen)) expect(light).toHaveProperty([name])
})
