import type { Page, PageRequest } from '../domain/page.ts'
import type { Parameter, ParameterTier } from '../domain/ssm-parameter.ts'
import type { ParameterPolicy } from '../domain/ssm-parameter-policy.ts'
import type { Tags } from '../domain/tag.ts'

/** Which parameters a listing is about; all of them without a word. */
export interface ParameterRange {
  /** Only those whose place begins so. */
  readonly prefix?: string | undefined
  /** Only those that this path holds directly: `a/b`, or an empty text for those in no hierarchy. */
  readonly parent?: string | undefined
  /** Only those with one of these labels, and of each the newest version that has one. */
  readonly labels?: readonly string[] | undefined
}

export interface LabelledVersion {
  readonly parameter: Parameter
  /** In alphabetical order. */
  readonly labels: readonly string[]
}

/** A place is the name of a parameter without its leading slash: what its ARN shows. */
export interface ParameterStore {
  /** Adds a parameter with its tags, unless there are `limit` of its tier already. */
  addParameter(parameter: Parameter, tags: Tags, limit: number): Promise<'added' | 'exists' | 'too-many'>
  /** Its latest version. */
  findParameter(place: string): Promise<Parameter | undefined>
  findVersion(place: string, version: number): Promise<Parameter | undefined>
  findLabelled(place: string, label: string): Promise<Parameter | undefined>
  countOfTier(tier: ParameterTier): Promise<number>
  /**
   * Makes `next` the latest version, if `previous` still is; with `limits.versions` there, the oldest goes. That one is
   * answered when it cannot go because it has a label. 'too-many' when it comes into a tier that has `limits.ofTier`.
   */
  addVersion(
    previous: Parameter,
    next: Parameter,
    limits: { readonly versions: number; readonly ofTier: number },
  ): Promise<'added' | 'changed' | 'too-many' | { readonly keptVersion: number }>
  /** Latest versions, unless labels choose others, in the order of their places; `after` is a place. */
  listParameters(range: ParameterRange, page: PageRequest): Promise<Page<Parameter>>
  /** Oldest first; `after` is a version. */
  listVersions(place: string, page: PageRequest): Promise<Page<LabelledVersion>>
  /** Puts labels on a version, and takes them off any other; 'too-many' when it would have more than `limit`. */
  addLabels(
    parameter: Parameter,
    labels: readonly string[],
    change: { readonly limit: number; readonly at: Date },
  ): Promise<'added' | 'no-version' | 'too-many'>
  /** Answers those that it had. */
  removeLabels(parameter: Parameter, labels: readonly string[]): Promise<readonly string[]>
  /** With all versions, labels and tags. False when there is none. */
  removeParameter(parameter: Parameter, at: Date): Promise<boolean>
  /** Parameters with a policy that is to be applied by now, the longest overdue first. */
  dueParameters(now: Date, limit: number): Promise<readonly Parameter[]>
  /** Saves that `applied` of the parameter's policies was applied, unless the parameter was changed. */
  savePolicies(
    parameter: Parameter,
    policies: readonly ParameterPolicy[],
    applied: { readonly all: readonly ParameterPolicy[]; readonly at: Date },
  ): Promise<boolean>
}
