import type { CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse } from '@fairlead/wire/model/generated/iam'
import { mfaDeviceArn } from '../../domain/arn.ts'
import { base32 } from '../../domain/base32.ts'
import { ServiceError } from '../../domain/error.ts'
import { type MfaDevice, mfaDevicesPerAccount, newProgress } from '../../domain/mfa-device.ts'
import type { Operation } from '../operation.ts'
import { newCheck } from './check.ts'
import { qrCodePng } from './qr-code-png.ts'
import { readTags, requestTagKeys, shownTags } from './tags.ts'

/** As many as AWS gives: 64 characters of base 32. */
const seedBytes = 40

/** CreateVirtualMFADevice: a seed for an authenticator, shown this once. It is nobody's yet. */
export const createVirtualMFADevice: Operation<CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse> = {
  service: 'iam',
  name: 'CreateVirtualMFADevice',
  action: 'iam:CreateVirtualMFADevice',

  resources: ({ VirtualMFADeviceName, Path = '/', Tags }, scope) =>
    newCheck(mfaDeviceArn(scope, Path, VirtualMFADeviceName), Tags, 'iam:TagMFADevice'),
  requestContext: ({ Tags }) => requestTagKeys(Tags),

  async handle({ VirtualMFADeviceName: name, Path: path = '/', Tags = [] }, { store, scope, now, randomHex }) {
    const serialNumber = mfaDeviceArn(scope, path, name)
    const seed = Buffer.from(randomHex(seedBytes), 'hex')
    const { mfaDevices, account } = store.identities
    const device: MfaDevice = { serialNumber, seed, createdAt: now(), tags: readTags(Tags), progress: newProgress }
    const answer = await mfaDevices.addDevice(device, mfaDevicesPerAccount)
    if (answer === 'taken') {
      throw new ServiceError('EntityAlreadyExists', 'MFADevice entity at the same path and name already exists.')
    }
    if (answer === 'too-many') {
      throw new ServiceError('LimitExceeded', `Cannot exceed quota for MFADevicesPerAccount: ${mfaDevicesPerAccount}`)
    }
    const secret = base32(seed)
    const accountName = (await account.findAlias()) ?? scope.account
    // The text that AWS puts into the picture (VirtualMFADevice reference, "QRCodePNG").
    const label = encodeURIComponent(`${name}@${accountName}`)
    return {
      VirtualMFADevice: {
        SerialNumber: serialNumber,
        Base32StringSeed: Buffer.from(secret),
        QRCodePNG: qrCodePng(`otpauth://totp/${label}?secret=${secret}`),
        ...shownTags(device.tags),
      },
    }
  },
}
