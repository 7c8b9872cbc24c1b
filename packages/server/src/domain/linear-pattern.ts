export { LinearPattern, PatternError } from '@fairlead/wire/linear-pattern'
