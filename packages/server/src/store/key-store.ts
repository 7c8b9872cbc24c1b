import type { Alias } from '../domain/kms-alias.ts'
import type { Key } from '../domain/kms-key.ts'
import type { Page, PageRequest } from '../domain/page.ts'
import type { Tags } from '../domain/tag.ts'

export interface KeyStore {
  /** `material` is the first of the key, `materialLength` bytes; it is sealed before it is stored. */
  addKey(key: Key, material: Uint8Array, tags: Tags, limit: number): Promise<'added' | 'too-many'>
  findKey(keyId: string): Promise<Key | undefined>
  /** In the order of their ids. */
  listKeys(page: PageRequest): Promise<Page<Key>>
  /** Saves a changed key if it is still as it was read. Answers false when somebody was first. */
  saveKey(previous: Key, next: Key): Promise<boolean>
  /** What a key encrypts with, or did at an earlier version. */
  findMaterial(keyId: string, version: number): Promise<Uint8Array | undefined>
  /** Destroys the keys whose time has come, with material, aliases and tags, and answers their ids. */
  deleteDueKeys(now: Date, limit: number): Promise<readonly string[]>
  readonly aliases: AliasStore
}

export interface AliasStore {
  /** `no-key` when the key is gone or about to be. */
  addAlias(alias: Alias, limit: number): Promise<'added' | 'exists' | 'no-key' | 'too-many'>
  findAlias(aliasName: string): Promise<Alias | undefined>
  /** Points an alias at another key, as it was read. */
  saveAlias(previous: Alias, next: Alias, limit: number): Promise<'saved' | 'changed' | 'no-key' | 'too-many'>
  /** Answers false when it was not there, or points elsewhere by now. */
  removeAlias(alias: Alias): Promise<boolean>
  /** In the order of their names; of one key only when `keyId` is given. */
  listAliases(keyId: string | undefined, page: PageRequest): Promise<Page<Alias>>
}
