/** Owns having a Chromium for the browser tests: one that is there, else Debian's package, else Playwright's own. */
import fs from 'node:fs'
import { run } from './prepare.mjs'

const KNOWN_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Path of an installed Chromium, or null; PLUMBLINE_CHROMIUM wins. */
export function findChromium() {
  const places = process.env.PLUMBLINE_CHROMIUM ? [process.env.PLUMBLINE_CHROMIUM] : KNOWN_PLACES
  return places.find((place) => fs.existsSync(place)) ?? null
}

/** Installs Chromium if there is none; answers whether there is one now. */
export async function ensureChromium() {
  if (findChromium()) return true
  if (process.env.PLUMBLINE_CHROMIUM) {
    console.error(`PLUMBLINE_CHROMIUM names ${process.env.PLUMBLINE_CHROMIUM}, which is not there.`)
    return false
  }
  const isDebianRoot = process.getuid?.() === 0 && fs.existsSync('/etc/debian_version')
  if (isDebianRoot) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const updated = await run('apt-get', ['update', '-qq'], { env })
    if (updated === 0 && (await run('apt-get', ['install', '-y', '-qq', 'chromium'], { env })) === 0)
      return true
  }
  return (await run('node', ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])) === 0
}
