/** Owns drawing one loan application: who asks, for what, and what the future holds. */
import { clamp, normal, pick, type Random } from '@/lib/cli/demo/random'
import { isWeekend, isWithin, nightness, progress, type Story } from '@/lib/cli/demo/story'

/** The features as they truly are. */
export interface Applicant {
  income: number
  age: number
  loan_amount: number
  employment_years: number | null
  credit_score: number
  debt_to_income: number
  num_inquiries: number
  region: string
  home_ownership: string
  purpose: string
  channel: string
  note: string
}

/** Points that the ramp takes off the credit score. */
const RAMP_POINTS = 70
const SURGE_SHARE = 0.45
const NEW_CATEGORY_SHARE = 0.09

const WORDS =
  'need the loan for my new car kitchen roof school start shop pay back cards after moving house with family soon please call first steady job since'.split(
    ' ',
  )

/**
 * Draws an applicant of this instant.
 * @param story null draws from the world the model was trained on: seasons, but no trouble
 */
export function drawApplicant(random: Random, atMs: number, story: Story | null): Applicant {
  const night = nightness(atMs)
  const age = clamp(Math.round(41 - night + 12 * normal(random)), 18, 85)
  const employmentYears = clamp(Math.round((age - 20) * (0.15 + 0.35 * random()) * 10) / 10, 0, 45)
  const income = Math.round(
    clamp(38_000 * Math.exp(0.42 * normal(random) + 0.006 * (age - 41)), 9_000, 400_000),
  )
  const rampPoints = story ? RAMP_POINTS * progress(story.ramp, atMs) : 0
  const creditScore = Math.round(clamp(690 - rampPoints + 62 * normal(random), 300, 850))
  const loanAmount = Math.round(clamp(income * (0.12 + 0.35 * random()), 1_000, 60_000) / 100) * 100
  const dti = clamp(0.28 + 0.11 * normal(random) + 0.00005 * (loanAmount - 9_000) * 0.1, 0.01, 0.95)
  const missing = story !== null && isWithin(story.nullSurge, atMs) ? SURGE_SHARE : 0.01
  return {
    income,
    age,
    loan_amount: loanAmount,
    employment_years: random() < missing ? null : employmentYears,
    credit_score: creditScore,
    debt_to_income: Math.round(dti * 1_000) / 1_000,
    num_inquiries: Math.floor(-1.6 * Math.log(1 - random())),
    region: pick(random, { north: 24, south: 21, east: 16, west: 22, central: 12, islands: 5 }),
    home_ownership: pick(random, { rent: 41, mortgage: 38, own: 17, other: 4 }),
    purpose: drawPurpose(random, atMs, story),
    channel: pick(random, { web: 44 - 4 * night, mobile: 33 + 4 * night, branch: 15, broker: 8 }),
    note: drawNote(random),
  }
}

function drawPurpose(random: Random, atMs: number, story: Story | null): string {
  if (story && atMs >= story.newCategoryMs && random() < NEW_CATEGORY_SHARE) return 'crypto_assets'
  const holiday = isWeekend(atMs) ? 3 : 0
  return pick(random, {
    car: 29 - holiday,
    home: 24,
    debt: 22,
    education: 10,
    holiday: 8 + holiday,
    business: 7,
  })
}

function drawNote(random: Random): string {
  const words = 3 + Math.floor(-6 * Math.log(1 - random()))
  const drawn = Array.from(
    { length: Math.min(40, words) },
    () => WORDS[Math.floor(random() * WORDS.length)] ?? '',
  )
  return drawn.join(' ')
}

/** Chance of default that the model sees in these features; missing employment counts as average. */
export function scoreOf(applicant: Applicant): number {
  const logit =
    -1.75 -
    (0.95 * (applicant.credit_score - 690)) / 62 -
    0.55 * clamp(Math.log(applicant.income / 38_000), -2, 6) +
    4.2 * (applicant.debt_to_income - 0.28) -
    0.04 * ((applicant.employment_years ?? 5) - 5) +
    0.16 * (applicant.num_inquiries - 1.2)
  return Math.round((1 / (1 + Math.exp(-logit))) * 10_000) / 10_000
}

/** Whether the loan defaults: the model's chance on the true features, with what it cannot know on top. */
export function drawDefault(random: Random, applicant: Applicant): boolean {
  const seen = scoreOf(applicant)
  const logit = Math.log(seen / (1 - seen)) + 0.5 * normal(random)
  return random() < 1 / (1 + Math.exp(-logit))
}
