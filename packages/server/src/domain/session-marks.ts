import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Tags } from './tag.ts'

/** What a role session has besides its role: what narrows it, and what is known of whoever is behind it. */
export interface SessionMarks {
  /** An inline session policy, as it was given. */
  readonly policy?: string | undefined
  /** Managed policies that are session policies; what they say is looked up when it is asked. */
  readonly policyArns?: readonly string[] | undefined
  /** aws:PrincipalTag/…, over those of the role. */
  readonly tags?: Tags | undefined
  /** Keys of tags that go along when the session assumes another role. */
  readonly transitiveTagKeys?: readonly string[] | undefined
  /** aws:SourceIdentity: who began; it goes along and never changes. */
  readonly sourceIdentity?: string | undefined
  /** aws:FederatedProvider: the ARN of the issuer whose token began this session; it does not go along. */
  readonly federatedProvider?: string | undefined
}

/**
 * Bytes that marks may take in a session token, which is sealed and at most 4,096 characters long. AWS has such a
 * limit as well, does not say what it is, and answers PackedPolicyTooLarge (AssumeRole reference).
 */
export const packedMarksLimit = 2_400

/** No marks that were packed within the limit are longer: policy, 10 ARNs and 50 tags in JSON, a few times over. */
const longestUnpacked = 256 * 1024

/** The marks as they go into a token; nothing when there are none. */
export function packMarks(marks: SessionMarks): Uint8Array {
  const { policy = 0, policyArns = 0, tags = 0, transitiveTagKeys = 0 } = marks
  const { sourceIdentity = 0, federatedProvider = 0 } = marks
  const parts = [policy, policyArns, tags, transitiveTagKeys, sourceIdentity, federatedProvider]
  return parts.every((part) => part === 0) ? new Uint8Array() : deflateRawSync(JSON.stringify(parts), { level: 9 })
}

/** What `packMarks` made; the token's seal vouches for it. */
export function unpackMarks(packed: Uint8Array): SessionMarks | undefined {
  if (packed.length === 0) return undefined
  const text = inflateRawSync(packed, { maxOutputLength: longestUnpacked }).toString()
  const parts = JSON.parse(text) as [
    SessionMarks['policy'] | 0,
    SessionMarks['policyArns'] | 0,
    SessionMarks['tags'] | 0,
    SessionMarks['transitiveTagKeys'] | 0,
    SessionMarks['sourceIdentity'] | 0,
    // Tokens of before this was kept have no sixth.
    (SessionMarks['federatedProvider'] | 0)?,
  ]
  const [policy, policyArns, tags, transitiveTagKeys, sourceIdentity, federatedProvider = 0] = parts
  return {
    ...(policy === 0 ? {} : { policy }),
    ...(policyArns === 0 ? {} : { policyArns }),
    ...(tags === 0 ? {} : { tags }),
    ...(transitiveTagKeys === 0 ? {} : { transitiveTagKeys }),
    ...(sourceIdentity === 0 ? {} : { sourceIdentity }),
    ...(federatedProvider === 0 ? {} : { federatedProvider }),
  }
}
