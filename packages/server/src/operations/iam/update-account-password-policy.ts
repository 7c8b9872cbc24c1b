import type { UpdateAccountPasswordPolicyRequest } from '@fairlead/wire/model/generated/iam'
import type { Operation } from '../operation.ts'

/** What holds when it is not said (UpdateAccountPasswordPolicy reference): nothing is kept from the policy before. */
const defaultLength = 6

/** UpdateAccountPasswordPolicy: the account's rules for passwords, all at once; those that are there are not judged. */
export const updateAccountPasswordPolicy: Operation<UpdateAccountPasswordPolicyRequest, undefined> = {
  service: 'iam',
  name: 'UpdateAccountPasswordPolicy',
  action: 'iam:UpdateAccountPasswordPolicy',

  resources: () => [{ resource: '*' }],

  async handle(input, { store }) {
    await store.identities.loginProfiles.savePasswordPolicy({
      minimumLength: input.MinimumPasswordLength ?? defaultLength,
      needsSymbol: input.RequireSymbols ?? false,
      needsNumber: input.RequireNumbers ?? false,
      needsUppercase: input.RequireUppercaseCharacters ?? false,
      needsLowercase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      maxAgeDays: input.MaxPasswordAge,
      reusePrevention: input.PasswordReusePrevention,
      isHardExpiry: input.HardExpiry ?? false,
    })
    return undefined
  },
}
