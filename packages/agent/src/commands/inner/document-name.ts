export interface NamedVersion {
  /** A name or an ARN. */
  readonly name: string
  readonly version: string | undefined
  /** What a file of the document is called, without an extension. */
  readonly fileName: string
}

/** Splits `Name`, `Name:3`, `Name:$LATEST` and ARNs that end in one of them. */
export function readDocumentName(text: string): NamedVersion {
  const last = text.slice(text.lastIndexOf('/') + 1)
  // An ARN has colons before its last slash only.
  const [fileName = '', version] = last.split(':')
  if (version === undefined || version === '') return { name: text, version: undefined, fileName }
  return { name: text.slice(0, text.length - version.length - 1), version, fileName }
}
