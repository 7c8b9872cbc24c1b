import { ServiceError } from '../../domain/error.ts'
import type { Operation } from '../operation.ts'

/** DeleteAccountPasswordPolicy: the general rules for passwords hold again. */
export const deleteAccountPasswordPolicy: Operation<Readonly<Record<string, never>>, undefined> = {
  service: 'iam',
  name: 'DeleteAccountPasswordPolicy',
  action: 'iam:DeleteAccountPasswordPolicy',

  resources: () => [{ resource: '*' }],

  async handle(_input, { store, scope }) {
    if (await store.identities.loginProfiles.removePasswordPolicy()) return undefined
    throw new ServiceError(
      'NoSuchEntity',
      `The account policy with name PasswordPolicy of ${scope.account} cannot be found.`,
    )
  },
}
