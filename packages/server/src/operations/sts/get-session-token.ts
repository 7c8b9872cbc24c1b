import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@fairlead/wire/model/generated/sts'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { showsMfaCode } from './mfa-code.ts'
import { wireCredentials } from './wire-credentials.ts'

const defaultSeconds = 43_200
/** The root's sessions last an hour whatever is asked (GetSessionToken reference, "DurationSeconds"). */
const longestOfRoot = 3_600

/** GetSessionToken: temporary credentials for the caller itself, with an MFA code in them when one was shown. */
export const getSessionToken: Operation<GetSessionTokenRequest, GetSessionTokenResponse> = {
  service: 'sts',
  name: 'GetSessionToken',
  action: 'sts:GetSessionToken',

  // "You cannot use policies to control authentication operations" (GetSessionToken reference, "Permissions").
  resources: () => [],

  async handle({ DurationSeconds: asked, ...code }, context) {
    const { caller } = context
    if (caller.kind !== 'user' && caller.kind !== 'root') {
      throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials')
    }
    const mfaAt = (await showsMfaCode(code, context)) ? context.now() : undefined
    const isRoot = caller.kind === 'root'
    const seconds = isRoot ? Math.min(asked ?? longestOfRoot, longestOfRoot) : (asked ?? defaultSeconds)
    const whose = isRoot ? { userId: undefined, rootKeyId: caller.accessKeyId } : { userId: caller.userId }
    return { Credentials: wireCredentials(await context.issueCredentials({ ...whose, mfaAt }, seconds * 1000)) }
  },
}
