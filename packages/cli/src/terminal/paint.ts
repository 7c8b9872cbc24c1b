import { styleText } from 'node:util'
import type { Output, Surroundings } from '../surroundings.ts'

export type Colour = 'green' | 'red' | 'yellow' | 'bold' | 'dim'

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string

/** Colour is for terminals whose owner does not mind it (https://no-color.org). */
export function painter(output: Output, { environment }: Pick<Surroundings, 'environment'>): Paint {
  const isColoured = output.isTTY === true && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb'
  return (colour, text) => (isColoured ? styleText(colour, text, { validateStream: false }) : text)
}
