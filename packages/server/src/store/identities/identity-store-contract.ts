import type { IdentityStore } from '../identity-store.ts'
import { accessKeyContract } from './access-key-contract.ts'
import { boundaryContract } from './boundary-contract.ts'
import { groupContract } from './group-contract.ts'
import { instanceProfileContract } from './instance-profile-contract.ts'
import { loginProfileContract } from './login-profile-contract.ts'
import { mfaDeviceContract } from './mfa-device-contract.ts'
import { oidcProviderContract } from './oidc-provider-contract.ts'
import { policyContract } from './policy-contract.ts'
import { principalContract } from './principal-contract.ts'

/** What every store of identities has to do. `open` answers an empty one. */
export function identityStoreContract(open: () => Promise<IdentityStore>): void {
  principalContract(open)
  groupContract(open)
  accessKeyContract(open)
  policyContract(open)
  boundaryContract(open)
  instanceProfileContract(open)
  mfaDeviceContract(open)
  loginProfileContract(open)
  oidcProviderContract(open)
}
