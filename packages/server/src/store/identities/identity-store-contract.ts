import type { IdentityStore } from '../identity-store.ts'
import { accessKeyContract } from './access-key-contract.ts'
import { policyContract } from './policy-contract.ts'
import { principalContract } from './principal-contract.ts'

/** What every store of identities has to do. `open` answers an empty one. */
export function identityStoreContract(open: () => Promise<IdentityStore>): void {
  principalContract(open)
  accessKeyContract(open)
  policyContract(open)
}
