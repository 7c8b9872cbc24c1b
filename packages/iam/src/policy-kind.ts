/** What a policy is for; it decides which elements it must and may have, and how long it may be. */
export type PolicyKind = 'user' | 'role' | 'group' | 'managed' | 'session' | 'trust' | 'resource' | 'scp' | 'rcp'

/** How one kind differs from the others. */
export interface KindRules {
  /** Characters, white space not counted (IAM quotas, "IAM and STS character limits"). */
  readonly longest: number
  /** Whether statements name whom they are about, or belong to whoever the policy is attached to. */
  readonly principal: 'required' | 'forbidden'
  readonly resource: 'required' | 'forbidden'
}

const attached = { principal: 'forbidden', resource: 'required' } as const

export const kindRules: Readonly<Record<PolicyKind, KindRules>> = {
  user: { ...attached, longest: 2_048 },
  role: { ...attached, longest: 10_240 },
  group: { ...attached, longest: 5_120 },
  managed: { ...attached, longest: 6_144 },
  session: { ...attached, longest: 2_048 },
  trust: { principal: 'required', resource: 'forbidden', longest: 2_048 },
  // The longest that any service takes: 32 KiB for a KMS key policy.
  resource: { principal: 'required', resource: 'required', longest: 32_768 },
  scp: { ...attached, longest: 5_120 },
  rcp: { principal: 'required', resource: 'required', longest: 5_120 },
}

/** The length that counts against a quota. A user's inline policies share one, so their caller adds these up. */
export function policySize(text: string): number {
  let size = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) size++
  }
  return size
}
