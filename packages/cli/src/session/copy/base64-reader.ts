/** Reads bytes that come as base64 text, in lines and in whatever pieces. */
export class Base64Reader {
  #rest = ''

  /** The bytes that are whole; fewer than four letters wait for the next. */
  read(text: Uint8Array): Buffer {
    const letters =
      this.#rest +
      Buffer.from(text)
        .toString('latin1')
        .replace(/[\r\n]/g, '')
    const whole = letters.length - (letters.length % 4)
    this.#rest = letters.slice(whole)
    return Buffer.from(letters.slice(0, whole), 'base64')
  }
}
