import { ServiceError } from '../../domain/error.ts'
import { judgeCode } from '../../domain/mfa-device.ts'
import type { Context } from '../operation.ts'

/** How often a code is judged again because another one came at the same time. */
const mostTries = 5

/** STS's models list no code for it; the texts are AWS's (observed). */
function failed(why: string): ServiceError {
  return new ServiceError('AccessDenied', `MultiFactorAuthentication failed${why}`)
}

/**
 * Whether the caller shows a code of its MFA device with this request. A code is good once; wrong ones are counted,
 * also when many come at a time.
 *
 * @throws {ServiceError} AccessDenied for a code that is wrong, was used, or is not of the caller's device
 */
export async function showsMfaCode(
  { SerialNumber, TokenCode }: { readonly SerialNumber?: string | undefined; readonly TokenCode?: string | undefined },
  { caller, store, now }: Context,
): Promise<boolean> {
  if (SerialNumber === undefined && TokenCode === undefined) return false
  if (SerialNumber === undefined || TokenCode === undefined) {
    throw failed(', must provide both MFA serial number and one time pass code.')
  }
  const { mfaDevices } = store.identities
  for (let tries = 0; tries < mostTries; tries++) {
    const device = await mfaDevices.findDevice(SerialNumber)
    if (device === undefined || caller.kind !== 'user' || device.ownerId !== caller.userId) {
      throw failed(
        ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
      )
    }
    const { verdict, progress } = judgeCode(device, TokenCode, now())
    if (verdict === 'paused') throw failed(', too many wrong codes came in. Wait, then try again.')
    if (!(await mfaDevices.saveProgress(device, progress))) continue
    if (verdict === 'good') return true
    break
  }
  throw failed(' with invalid MFA one time pass code. ')
}
