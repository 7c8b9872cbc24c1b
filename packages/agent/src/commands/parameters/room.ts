import { InvalidDocument } from '../invalid-document.ts'

/** In characters. */
const mostAdded = 4 * 1024 * 1024

/** How much may still be filled into a document: few placeholders of long values can make very much of it. */
export class Room {
  #left = mostAdded

  /** Takes room for a value of any kind. Throws InvalidDocument when there is none. */
  take(value: unknown): void {
    this.#left -= (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).length
    if (this.#left < 0) {
      throw new InvalidDocument(`More than ${mostAdded} characters would be filled into the document.`)
    }
  }
}
