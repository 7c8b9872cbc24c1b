import type { LoginProfile } from '../../domain/login-profile.ts'
import type { PasswordPolicy } from '../../domain/password-policy.ts'

/** Passwords of users, and the account's rules for them. */
export interface LoginProfileStore {
  addLoginProfile(profile: LoginProfile): Promise<'added' | 'taken' | 'no-user'>
  findLoginProfile(userId: string): Promise<LoginProfile | undefined>
  /** Saves `next` if the password is still as in `profile`; false when somebody was first, or it is gone. */
  saveLoginProfile(profile: LoginProfile, next: LoginProfile): Promise<boolean>
  removeLoginProfile(userId: string): Promise<boolean>
  findPasswordPolicy(): Promise<PasswordPolicy | undefined>
  savePasswordPolicy(policy: PasswordPolicy): Promise<void>
  removePasswordPolicy(): Promise<boolean>
}
