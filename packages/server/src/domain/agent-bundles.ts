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
  /**
   * Of the key that signs them: Ed25519, SubjectPublicKeyInfo, DER. The key is made when it is first asked for. Undefined when
   * it is gone and what it signed is not: an administrator puts it back, or publishes anew.
   */
  publicKey(): Uint8Array | undefined
  /** All that are published, in no order. */
  list(): readonly PublishedBundle[]
  /** Fewer bytes at the end; undefined when the bundle is gone. */
  read(name: BundleName, offset: number, length: number): Uint8Array | undefined
}

/** `1.2.3-linux-x64` */
export function bundleFileName({ version, platform, arch }: BundleName): string {
  return `${version}-${platform}-${arch}`
}

/** As DescribeInstanceInformation calls them, and as Node does. */
const platforms: Readonly<Record<string, string>> = { Linux: 'linux', MacOS: 'darwin', Windows: 'win32' }

/** The newest version that nodes of a type (`Linux`) can fetch. */
export function newestFor(platformType: string, bundles: readonly PublishedBundle[]): string | undefined {
  return newestOf(bundles.filter(({ platform }) => platform === platforms[platformType]))?.version
}

export function newestOf(bundles: readonly PublishedBundle[]): PublishedBundle | undefined {
  return bundles.reduce<PublishedBundle | undefined>(
    (newest, one) => (newest === undefined || compareAgentVersions(one.version, newest.version) > 0 ? one : newest),
    undefined,
  )
}
