import type { Alias } from '../domain/kms-alias.ts'
import type { Key, MaterialRecord } from '../domain/kms-key.ts'
import type { MaterialRotation } from '../domain/kms-rotation.ts'
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
  /**
   * Saves a key with the new `material` that it names, if the key is still as it was read; older material goes on
   * opening what it sealed. `too-many` when there were as many of this type as there may be.
   */
  rotateKey(previous: Key, next: Key, rotation: MaterialRotation): Promise<'rotated' | 'changed' | 'too-many'>
  /** What a key encrypts with, or did at an earlier version. */
  findMaterial(keyId: string, version: number): Promise<KeyMaterial | undefined>
  /** Oldest first; `after` is a version. */
  listMaterials(keyId: string, page: PageRequest): Promise<Page<MaterialRecord>>
  /** Enabled keys that are to be rotated by now, the longest overdue first. */
  keysToRotate(now: Date, limit: number): Promise<readonly Key[]>
  /** Destroys the keys whose time has come, with material, aliases and tags, and answers their ids. */
  deleteDueKeys(now: Date, limit: number): Promise<readonly string[]>
  readonly aliases: AliasStore
}

export interface KeyMaterial {
  readonly id: string
  /** `materialLength` bytes. */
  readonly bytes: Uint8Array
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
