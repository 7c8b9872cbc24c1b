import { ServiceError } from '../../domain/error.ts'
import { type MfaDevice, progressOfTwo } from '../../domain/mfa-device.ts'
import type { Context } from '../operation.ts'

/** Throws NoSuchEntity. */
export async function findMfaDevice({ store }: Context, serialNumber: string): Promise<MfaDevice> {
  const device = await store.identities.mfaDevices.findDevice(serialNumber)
  if (!device) throw noSuchMfaDevice(serialNumber)
  return device
}

export function noSuchMfaDevice(serialNumber: string): ServiceError {
  return new ServiceError('NoSuchEntity', `VirtualMFADevice with serial number ${serialNumber} does not exist.`)
}

/** What two codes in a row tell. Throws InvalidAuthenticationCode. */
export function readTwoCodes(
  device: MfaDevice,
  codes: { readonly AuthenticationCode1: string; readonly AuthenticationCode2: string },
  now: Date,
): MfaDevice['progress'] {
  const progress = progressOfTwo(device, [codes.AuthenticationCode1, codes.AuthenticationCode2], now)
  if (progress) return progress
  throw new ServiceError('InvalidAuthenticationCode', 'Authentication code for device is not valid')
}
