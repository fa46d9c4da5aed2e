/** Owns how many bytes of request bodies the process holds at once; above the limit requests are turned away early. */
import { AppError } from '@/lib/domain/errors'

/** Short: the budget frees itself as fast as bodies are handled. */
const RETRY_AFTER_S = 2

export class BodyBudget {
  private held = 0

  constructor(private readonly maxBytes: number) {}

  /** A claim on the budget that grows as bytes arrive, to be released whatever happens. */
  open(): BudgetClaim {
    let claimed = 0
    return {
      add: (bytes) => {
        if (this.held + bytes > this.maxBytes && this.held > claimed) throw overloaded()
        this.held += bytes
        claimed += bytes
      },
      release: () => {
        this.held -= claimed
        claimed = 0
      },
    }
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.held
  }
}

export interface BudgetClaim {
  /** @throws AppError `unavailable` (reason `overloaded`) when others hold too much; a request alone is never turned away */
  add(bytes: number): void
  release(): void
}

function overloaded(): AppError {
  return new AppError('unavailable', 'Too many bytes are being handled at once. Try again shortly.', {
    reason: 'overloaded',
    retryAfterSeconds: RETRY_AFTER_S,
  })
}

const budgets = new WeakMap<object, BodyBudget>()

/** The budget of an instance, made on first use. */
export function budgetOf(owner: object, maxBytes: number): BodyBudget {
  let budget = budgets.get(owner)
  if (!budget) {
    budget = new BodyBudget(maxBytes)
    budgets.set(owner, budget)
  }
  return budget
}
