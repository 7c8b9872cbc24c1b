/**
 * Where a deployment lives in AWS's terms. One deployment serves one account and one
 * region for now, and every row, key and ARN carries both (design D10).
 */
export interface Scope {
  readonly account: string
  readonly region: string
}
