import type { AttachedPermissionsBoundary } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { ContextKeys } from '../operation.ts'

/** iam:PermissionsBoundary of a request that gives one. */
export function boundaryKey(policyArn: string | undefined): ContextKeys {
  return policyArn === undefined ? {} : { 'iam:PermissionsBoundary': policyArn }
}

/** Only a managed policy can be a boundary. */
export function checkBoundary(policyArn: string | undefined): void {
  if (policyArn === undefined || /^arn:aws:iam::(?:[0-9]{12}|aws):policy\/[^\s]+$/.test(policyArn)) return
  throw new ServiceError('InvalidInput', `ARN ${policyArn} is not valid.`)
}

export function noSuchBoundary(policyArn: string | undefined): ServiceError {
  return new ServiceError('NoSuchEntity', `Scope ARN: ${policyArn ?? ''} does not exist or is not attachable.`)
}

/** As GetUser and GetRole show it; listings leave it out (ListUsers reference). */
export function shownBoundary({ boundaryArn }: { readonly boundaryArn?: string | undefined }): {
  readonly PermissionsBoundary?: AttachedPermissionsBoundary
} {
  if (boundaryArn === undefined) return {}
  return {
    PermissionsBoundary: { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: boundaryArn },
  }
}
