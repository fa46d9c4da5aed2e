/** Story: a tired person opens a page in its rarer states, and reads what is the case in one sentence. */

import type { Page } from '@playwright/test'
import Database from 'better-sqlite3'
import { enter } from './pages/door'
import { FACES, HOURS, monitor, seedFaces, sendHour, untilJudged } from './support/faces'
import { expect, test } from './support/server'

const base = `/models/${FACES.model}`

const column = (name: string, windowMs?: number) =>
  `${base}/inputs/${name}${windowMs === undefined ? '' : `?window=${windowMs}`}`

const chosen = (page: Page) => page.getByRole('region', { name: 'The chosen window' })

async function look(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

test.beforeAll(async ({ server }) => {
  await seedFaces(server)
  await monitor(server, 'never-heard')
  await monitor(server, 'gone-quiet')
  await sendHour(server, 'gone-quiet', HOURS.calm)
  await untilJudged(server, 'gone-quiet', HOURS.calm)
})

test.beforeEach(async ({ page }) => enter(page))

test('a column that stands still is told apart from one that always did', async ({ page }) => {
  await look(page, column('frozen'))
  await expect(page.getByText(/^Every value of frozen is 12; the reference varies\./).first()).toBeVisible()
  await expect(chosen(page)).toContainText('Severe')
  await look(page, column('always'))
  await expect(page.getByText('always is always 7, as in the reference').first()).toBeVisible()
  await expect(chosen(page)).toContainText('Constant')
})

test('columns that lost all values, or their type, say so first', async ({ page }) => {
  await look(page, column('gone'))
  await expect(page.getByText('Every value of gone is missing.').first()).toBeVisible()
  await expect(chosen(page)).toContainText('All missing')
  await look(page, column('retyped'))
  await expect(
    page.getByText('Most values of retyped have another type than in the reference.').first(),
  ).toBeVisible()
  await expect(chosen(page)).toContainText('Type changed')
  await look(page, `${base}/inputs`)
  for (const [name, word] of [
    ['frozen', 'Severe'],
    ['gone', 'Severe'],
    ['retyped', 'Severe'],
    ['always', 'Constant'],
    ['calm', 'Normal'],
  ] as const)
    await expect(page.getByRole('row', { name })).toContainText(word)
})

test('a window that was judged again after late records is marked', async ({ page }) => {
  await look(page, column('calm', HOURS.revised))
  await expect(chosen(page).getByText('revised after late data (revision 2)')).toBeVisible()
  await expect(chosen(page)).toContainText('760 against 2,000')
})

test('an hour without records is no verdict, and leads on to its neighbours', async ({ page }) => {
  await look(page, column('calm', HOURS.empty))
  await expect(page.getByText(/was not judged: no record arrived in it/)).toBeVisible()
  await expect(chosen(page)).toContainText('Not judged')
  await chosen(page).getByRole('link', { name: /later/ }).click()
  await expect(page).toHaveURL(new RegExp(`window=${HOURS.faulty}`))
  await expect(chosen(page)).toContainText('Normal')
  await look(page, `${column('calm')}?from=2020-01-01T00:00&to=2020-01-02T00:00`)
  await expect(page.getByText('No window of this column has been judged in this range.')).toBeVisible()
})

test('a model that never sent anything, and one that holds only history', async ({ page }) => {
  await expect(page.getByRole('row', { name: /never-heard/ })).toContainText('Waiting for the first record.')
  await expect(page.getByRole('row', { name: /gone-quiet/ })).toContainText('Holds historical data of')
  await look(page, '/models/never-heard')
  await expect(page.getByText('Send the first prediction record')).toBeVisible()
  await look(page, '/models/never-heard/software')
  await expect(page.getByText('No record has arrived yet.')).toBeVisible()
  await look(page, '/models/gone-quiet')
  await expect(page.getByText(/No (new )?record/).first()).toBeVisible()
})

test('a page that cannot be made gives an id that stands in the log', async ({ page, server }) => {
  const database = new Database(`${server.dataDir}/plumbline.db`)
  try {
    database.exec('ALTER TABLE api_key RENAME TO api_key_away')
    await page.goto('/settings/keys')
    await expect(page.getByRole('heading', { name: 'This page could not be made' })).toBeVisible()
    const id = (await page.locator('code').first().textContent()) ?? ''
    expect(id).toMatch(/^\d+$/)
    await expect.poll(() => server.output()).toContain(id)
  } finally {
    database.exec('ALTER TABLE api_key_away RENAME TO api_key')
    database.close()
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'API keys' })).toBeVisible()
})
