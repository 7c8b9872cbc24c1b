import { type BundleFacts, compareAgentVersions } from '@fairlead/wire/agent-bundle'

/** A version of our agent that nodes can fetch. */
export interface PublishedBundle extends BundleFacts {
  /** Ed25519 over `signedText`. */
  readonly signature: Uint8Array
  /** The Node that it needs: `>=24`. */
  readonly engines: string
  readonly publishedAt: Date
}

export type BundleName = Pick<BundleFacts, 'version' | 'platform' | 'arch'>

/** The versions of our agent that this server hands out. */
export interface AgentBundles {
  /** Of the key that signs them: Ed25519, SubjectPublicKeyInfo, DER. The key is made when it is first asked for. */
  publicKey(): Uint8Array
  /** All that are published, in no order. */
  list(): readonly PublishedBundle[]
  /** Fewer bytes at the end; undefined when the bundle is gone. */
  read(name: BundleName, offset: number, length: number): Promise<Uint8Array | undefined>
}

/** `1.2.3-linux-x64` */
export function bundleFileName({ version, platform, arch }: BundleName): string {
  return `${version}-${platform}-${arch}`
}

export function newestOf(bundles: readonly PublishedBundle[]): PublishedBundle | undefined {
  return bundles.reduce<PublishedBundle | undefined>(
    (newest, one) => (newest === undefined || compareAgentVersions(one.version, newest.version) > 0 ? one : newest),
    undefined,
  )
}
