import type { Scope } from './scope.ts'

/** Those of AWS's states that a key made here can have. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion'

/** A symmetric key that encrypts and decrypts, without its material. */
export interface Key {
  /** A UUID. */
  readonly keyId: string
  readonly description: string
  readonly state: KeyState
  /** The key policy, as its author wrote it. */
  readonly policy: string
  readonly createdAt: Date
  /** While the key is pending deletion. */
  readonly deletionAt: Date | undefined
  readonly material: MaterialName
  /** While it gets new material by itself. */
  readonly rotation: KeyRotation | undefined
  /** Grows with every change, so that two cannot overwrite each other. */
  readonly version: number
}

/** One of the materials of a key: ciphertexts name the version, answers the id, 64 hexadecimal digits. */
export interface MaterialName {
  readonly version: number
  readonly id: string
}

export interface KeyRotation {
  readonly days: number
  readonly nextAt: Date
}

export type RotationType = 'AUTOMATIC' | 'ON_DEMAND'

/** One of the materials of a key as a listing shows it. The first came with the key and no rotation. */
export interface MaterialRecord extends MaterialName {
  readonly createdAt: Date
  readonly rotationType: RotationType | undefined
}

/** Bytes of what a key encrypts with. */
export const materialLength = 32

/** Characters of a key id, which is a UUID. */
const keyIdForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function isKeyId(text: string): boolean {
  return keyIdForm.test(text)
}

export function keyArn({ region, account }: Scope, keyId: string): string {
  return `arn:aws:kms:${region}:${account}:key/${keyId}`
}
