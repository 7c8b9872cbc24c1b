import type { MfaDevice, MfaProgress } from '../../domain/mfa-device.ts'
import type { Page, PageRequest } from '../../domain/page.ts'
import type { Tags } from '../../domain/tag.ts'

/** Which devices a listing shows: everybody's, or those of one user. */
export interface MfaDeviceFilter {
  readonly isAssigned?: boolean | undefined
  readonly ownerId?: string | undefined
}

/** Virtual MFA devices by serial number. */
export interface MfaDeviceStore {
  addDevice(device: MfaDevice, limit: number): Promise<'added' | 'taken' | 'too-many'>
  findDevice(serialNumber: string): Promise<MfaDevice | undefined>
  /** In the order of serial numbers. */
  listDevices(page: PageRequest & MfaDeviceFilter): Promise<Page<MfaDevice>>
  /** Gives a device that nobody has to a user, who has `limit` at most. */
  assign(
    serialNumber: string,
    to: { readonly userId: string; readonly enabledAt: Date; readonly progress: MfaProgress },
    limit: number,
  ): Promise<'assigned' | 'not-free' | 'too-many'>
  /** False when it is not that user's. */
  unassign(serialNumber: string, userId: string): Promise<boolean>
  /** Saves `next` if the progress is still as in `device`; false when another code came first. */
  saveProgress(device: MfaDevice, next: MfaProgress): Promise<boolean>
  /** Saves `next` if the tags are still as in `device`; false when somebody was first, or it is gone. */
  saveDeviceTags(device: MfaDevice, next: Tags): Promise<boolean>
  removeDevice(serialNumber: string): Promise<'removed' | 'not-found' | 'assigned'>
}
