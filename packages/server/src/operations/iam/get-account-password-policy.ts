import type { GetAccountPasswordPolicyResponse } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'
import { requireOfOwnPassword } from './login-profiles.ts'

/** GetAccountPasswordPolicy: the account's own rules for passwords. */
export const getAccountPasswordPolicy: Operation<Readonly<Record<string, never>>, GetAccountPasswordPolicyResponse> = {
  service: 'iam',
  name: 'GetAccountPasswordPolicy',
  action: 'iam:GetAccountPasswordPolicy',

  // Asked in `handle`: the account may let every user do this without a policy.
  resources: () => [],

  async handle(_input, context) {
    await requireOfOwnPassword(context, { resource: '*' })
    const policy = await context.store.identities.loginProfiles.findPasswordPolicy()
    if (policy === undefined) {
      throw new ServiceError(
        'NoSuchEntity',
        `The Password Policy with domain name ${context.scope.account} cannot be found.`,
      )
    }
    const { maxAgeDays, reusePrevention } = policy
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.needsSymbol,
        RequireNumbers: policy.needsNumber,
        RequireUppercaseCharacters: policy.needsUppercase,
        RequireLowercaseCharacters: policy.needsLowercase,
        AllowUsersToChangePassword: policy.usersMayChange,
        ExpirePasswords: maxAgeDays !== undefined,
        HardExpiry: policy.isHardExpiry,
        ...(maxAgeDays === undefined ? {} : { MaxPasswordAge: maxAgeDays }),
        ...(reusePrevention === undefined ? {} : { PasswordReusePrevention: reusePrevention }),
      },
    }
  },
}
