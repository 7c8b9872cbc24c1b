/** A role's trust policy, as it was read and as it is to be. */
export interface TrustChange {
  readonly roleId: string
  readonly from: string
  readonly to: string
}

/**
 * The text of a trust policy that names `to` wherever it named the principal `from`; undefined when it did not name it.
 * Conditions stay as they are: they compare texts, and name nobody.
 */
export function withPrincipal(document: string, from: string, to: string): string | undefined {
  // Most policies do not name it; one written with escapes may, and is looked at more closely.
  if (!document.includes(from) && !document.includes('\\')) return undefined
  const policy = JSON.parse(document) as { Statement?: unknown }
  let found = false
  const named = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(named)
    if (value !== from) return value
    found = true
    return to
  }
  for (const statement of [policy.Statement].flat() as readonly Record<string, unknown>[]) {
    for (const element of ['Principal', 'NotPrincipal']) {
      const principal = statement[element]
      if (typeof principal !== 'object' || principal === null || !('AWS' in principal)) continue
      statement[element] = { ...principal, AWS: named(principal.AWS) }
    }
  }
  return found ? JSON.stringify(policy) : undefined
}
