import type { Protocol } from '@fairlead/wire/codec'
import type { Caller } from '../domain/caller.ts'
import { ServiceError } from '../domain/error.ts'
import type { AnyOperation } from '../operations/operation.ts'
import { refuse } from './refusal.ts'

/**
 * What temporary credentials cannot be used for, whatever policies say (IAM user guide, "Compare AWS STS
 * credentials"): those of GetSessionToken reach IAM only when they came with an MFA code, and of STS only
 * AssumeRole and GetCallerIdentity; those of GetFederationToken reach neither, but for GetCallerIdentity.
 *
 * @throws {ServiceError} InvalidClientTokenId from IAM and AccessDenied from STS, as AWS answers
 */
export function refuseOfSession(
  caller: Caller,
  { service, name }: Pick<AnyOperation, 'service' | 'name'>,
  protocol: Protocol,
): void {
  const isFederated = caller.kind === 'federated-user'
  const own = caller.kind === 'user' || caller.kind === 'root' ? caller.session : undefined
  if (!isFederated && own === undefined) return
  if (service === 'iam' && own?.mfaAt === undefined) throw refuse('bad-token', protocol)
  if (service !== 'sts' || name === 'GetCallerIdentity' || (name === 'AssumeRole' && !isFederated)) return
  throw new ServiceError('AccessDenied', `Cannot call ${name} with session credentials`)
}
