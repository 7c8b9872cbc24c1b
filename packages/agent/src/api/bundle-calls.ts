import { type BundleFacts, isAgentVersion, isPlatformWord, mostBundleBytes } from '@fairlead/wire/agent-bundle'
import type { Clock } from '../clock.ts'
import type { KeySource } from '../identity/key-source.ts'
import { ApiError, type ControlPlane } from './control-plane.ts'
import { retriedCall } from './retried-call.ts'

/** A version of the agent that the server has, and what it signed of it. */
export interface OfferedBundle {
  readonly facts: BundleFacts
  readonly signature: Uint8Array
}

/** What the server answers about versions of the agent. All throw ApiError, the network's error, or the signal's reason. */
export interface BundleCalls {
  /** The key with which the server signs bundles: Ed25519, SubjectPublicKeyInfo, DER. */
  signingKey(): Promise<Uint8Array>
  /** The newest for this platform when no version is given. */
  find(version: string | undefined, signal: AbortSignal): Promise<OfferedBundle>
  /** Some bytes from an offset on, one at least. */
  read(facts: BundleFacts, offset: number, signal: AbortSignal): Promise<Uint8Array>
}

export function bundleCalls(controlPlane: ControlPlane, keys: KeySource, clock: Clock): BundleCalls {
  const call = (operation: string, input: unknown, signal?: AbortSignal) =>
    retriedCall((signer) => controlPlane.callFairlead(operation, input, signer, signal), keys, clock, signal)
  const { platform, arch } = process
  return {
    async signingKey() {
      const { PublicKey } = await call('GetAgentSigningKey', {})
      return bytesOf(PublicKey, 'GetAgentSigningKey')
    },
    async find(version, signal) {
      const wanted = version === undefined ? {} : { Version: version }
      const answer = await call('GetAgentBundle', { Platform: platform, Architecture: arch, ...wanted }, signal)
      const { Version, Platform, Architecture, Bytes, Sha256, Signature } = answer
      const facts = {
        version: String(Version),
        platform: String(Platform),
        arch: String(Architecture),
        bytes: Number(Bytes),
        sha256: String(Sha256),
      }
      const isWhole =
        isAgentVersion(facts.version) &&
        isPlatformWord(facts.platform) &&
        isPlatformWord(facts.arch) &&
        Number.isSafeInteger(facts.bytes) &&
        facts.bytes > 0 &&
        facts.bytes <= mostBundleBytes &&
        /^[0-9a-f]{64}$/.test(facts.sha256)
      if (!isWhole) throw new ApiError('GetAgentBundle', 200, 'InvalidAnswer', 'it describes no bundle')
      return { facts, signature: bytesOf(Signature, 'GetAgentBundle') }
    },
    async read({ version, arch, platform }, offset, signal) {
      const input = { Version: version, Platform: platform, Architecture: arch, Offset: offset }
      const { Content } = await call('GetAgentBundlePart', input, signal)
      return bytesOf(Content, 'GetAgentBundlePart')
    },
  }
}

function bytesOf(value: unknown, operation: string): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'base64') : Buffer.alloc(0)
  if (bytes.length === 0) throw new ApiError(operation, 200, 'InvalidAnswer', 'a part of it is missing')
  return bytes
}
