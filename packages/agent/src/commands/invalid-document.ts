/** The document cannot be run on any node. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument'
}
