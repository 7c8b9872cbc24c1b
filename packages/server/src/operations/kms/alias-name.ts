import { ServiceError } from '../../domain/error.ts'
import { aliasArn, aliasPrefix, isAliasName, isReservedAlias } from '../../domain/kms-alias.ts'
import type { Scope } from '../../domain/scope.ts'

/**
 * @param code what the operation's model has for a wrong name
 * @throws {ServiceError} that code
 */
export function requireAliasName(name: string, code: 'InvalidAliasNameException' | 'ValidationException'): void {
  if (!name.startsWith(aliasPrefix)) {
    throw new ServiceError('ValidationException', `Alias must start with the prefix "${aliasPrefix}": ${name}`)
  }
  if (isReservedAlias(name)) {
    throw new ServiceError(code, `${name}: names that begin with alias/aws/ are reserved for AWS.`)
  }
  if (!isAliasName(name)) {
    throw new ServiceError(
      code,
      `${name} contains invalid characters for an alias: letters, digits, / _ - are allowed.`,
    )
  }
}

export function aliasNotFound(name: string, scope: Scope): ServiceError {
  return new ServiceError('NotFoundException', `Alias ${aliasArn(scope, name)} is not found.`)
}

export function tooManyAliases(limit: number): ServiceError {
  return new ServiceError('LimitExceededException', `A key can have ${limit} aliases at most.`)
}
