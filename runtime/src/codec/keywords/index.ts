/** What the schemas of generated code use for the keywords of JSON Schema that zod has no word for. */
export { contains, itemCount, uniqueItems } from './arrays.js';
export { format } from './format.js';
export { also, anyOf, conditional, equalTo, not, oneOf, otherThan } from './logic.js';
export {
  additionalProperties,
  dependencies,
  ownProperties,
  patternProperties,
  propertyCount,
  propertyNames,
  required,
} from './objects.js';
export { codePoints, pattern } from './strings.js';
export { allOf, byName, exactlyOne, tagged } from './unions.js';
