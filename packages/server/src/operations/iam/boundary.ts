import { ServiceError } from '../../domain/error.ts'

/** Boundaries are not served yet. One that was taken and not applied would allow what it should forbid. */
export function refuseBoundary(permissionsBoundary: string | undefined): void {
  if (permissionsBoundary === undefined) return
  throw new ServiceError('InvalidInput', 'Permissions boundaries are not supported by this server yet.')
}
