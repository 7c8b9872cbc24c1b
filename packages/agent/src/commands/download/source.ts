import type { RequestSigner } from '@fairlead/wire/sigv4'
import type { NodeCalls } from '../../api/node-calls.ts'
import type { DownloadOptions } from '../../config.ts'
import type { HttpConnections } from './http-connections.ts'

/** What every request of a download goes by. */
export interface HttpSettings {
  /** The variables that name proxies, and that git inherits. */
  readonly environment: Readonly<Record<string, string>>
  /** Certificates of private authorities, PEM, beside the well-known ones. */
  readonly certificateAuthority: string | undefined
}

export interface DownloadWorld extends HttpSettings, DownloadOptions {
  readonly calls: NodeCalls
  readonly region: string
  now(): number
  /** A UUID. */
  newId(): string
  /** Who signs requests to S3; undefined when they go unsigned. */
  s3Signer(): Promise<RequestSigner | undefined>
}

/** One download on its way. */
export interface Download {
  /** Absolute; a `/` at its end means a folder. */
  readonly destination: string
  /** A folder for what is not whole yet. */
  readonly scratch: string
  readonly signal: AbortSignal
  readonly connections: HttpConnections
  /** What is left of the limit, in bytes. */
  readonly allowance: { left: number }
}

export type SourceInfo = Readonly<Record<string, unknown>>

/** A `sourceType`. Throws an Error that says what went wrong, and leaves nothing half done in the destination. */
export type Source = (info: SourceInfo, download: Download, world: DownloadWorld) => Promise<void>

/** A text of `sourceInfo` without blanks around it, empty when it is missing. */
export function textOf(info: SourceInfo, name: string): string {
  const value = info[name]
  return typeof value === 'string' ? value.trim() : ''
}
