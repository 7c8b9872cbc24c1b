import { uniqueId } from './unique-id.ts'

export type AccessKeyStatus = 'Active' | 'Inactive'

/** Whose key it is. The root of the account has no name, id or policies of its own. */
export type AccessKeyOwner =
  | { readonly kind: 'root' }
  | { readonly kind: 'user'; readonly userId: string; readonly userName: string; readonly path: string }

/** A long-term key without its secret. */
export interface AccessKeyListing {
  /** `AKIA…` */
  readonly accessKeyId: string
  readonly owner: AccessKeyOwner
  readonly status: AccessKeyStatus
  readonly createdAt: Date
  readonly lastUse?: AccessKeyUse | undefined
}

/** A long-term key with the secret that verifies its signatures. */
export interface AccessKey extends AccessKeyListing {
  readonly secret: string
}

/** A secret that was made this moment; it is shown once and never again. */
export interface NewAccessKey {
  readonly accessKeyId: string
  readonly secret: string
  readonly createdAt: Date
}

export interface AccessKeyUse {
  readonly at: Date
  /** Signing name of the service that was called: `ssm`. */
  readonly service: string
  readonly region: string
}

/** Two, so that one can replace the other without a pause (IAM quotas). */
export const accessKeysPerUser = 2

/** Makes a key. `randomHex` answers that many random bytes in hexadecimal. */
export function newAccessKey(createdAt: Date, randomHex: (bytes: number) => string): NewAccessKey {
  const secret = Buffer.from(randomHex(30), 'hex').toString('base64')
  return { accessKeyId: uniqueId('AKIA', randomHex), secret, createdAt }
}
