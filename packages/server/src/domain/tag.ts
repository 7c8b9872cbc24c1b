/** Tag keys are case-sensitive when stored and compared in Targets; IAM condition keys are not. */
export type Tags = Readonly<Record<string, string>>

/** A resource that carries tags, in the words of AddTagsToResource's ResourceType. */
export interface TaggedResource {
  readonly type: 'ManagedInstance' | 'Document'
  readonly id: string
}
