import type { Credentials } from '@fairlead/wire/model/generated/sts'
import type { IssuedCredentials } from '../operation.ts'

/** Temporary credentials as STS answers them. */
export function wireCredentials(issued: IssuedCredentials): Credentials {
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: issued.expiresAt,
  }
}
