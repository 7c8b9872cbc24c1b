/** What an account asks of its users' passwords. */
export interface PasswordPolicy {
  readonly minimumLength: number
  readonly needsSymbol: boolean
  readonly needsNumber: boolean
  readonly needsUppercase: boolean
  readonly needsLowercase: boolean
  readonly usersMayChange: boolean
  /** Days after which a password has to be changed. */
  readonly maxAgeDays?: number | undefined
  /** How many of the passwords before may not come back. */
  readonly reusePrevention?: number | undefined
  /** Whether who has let it expire needs an administrator. */
  readonly isHardExpiry: boolean
}

/** How many passwords before the present one are remembered: the most that a policy can ask for. */
export const rememberedPasswords = 24

/** Without a policy of the account's own (IAM user guide, "Setting an account password policy"). */
const generalLength = 8
const generalKinds = 3

/** Those that count as symbols there. */
const symbols = "!@#$%^&*()_+-=[]{}|'"

/** What is wrong with a password, in a sentence; undefined when nothing is. */
export function passwordFault(
  password: string,
  policy: PasswordPolicy | undefined,
  accountNames: readonly string[],
): string | undefined {
  const has = {
    uppercase: /[A-Z]/.test(password),
    lowercase: /[a-z]/.test(password),
    number: /[0-9]/.test(password),
    symbol: Array.from(password).some((letter) => symbols.includes(letter)),
  }
  const length = policy?.minimumLength ?? generalLength
  if (password.length < length) return `Password should have a minimum length of ${length}`
  if (policy === undefined) {
    if (Object.values(has).filter(Boolean).length < generalKinds) {
      return 'Password should have at least three of: uppercase letters, lowercase letters, numbers, symbols'
    }
    if (accountNames.includes(password)) return 'Password should not be the name of the account'
    return undefined
  }
  if (policy.needsUppercase && !has.uppercase) return 'Password should have at least one uppercase letter'
  if (policy.needsLowercase && !has.lowercase) return 'Password should have at least one lowercase letter'
  if (policy.needsNumber && !has.number) return 'Password should have at least one number'
  if (policy.needsSymbol && !has.symbol) return 'Password should have at least one symbol'
  return undefined
}
