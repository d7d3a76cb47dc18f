const VARIABLE = String.raw`(?:\w|%[\da-f]{2})+(?::[1-9]\d{0,3}|\*)?`;
const EXPRESSION = String.raw`\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\}`;
const LITERAL = String.raw`[^\u0000-\u0020"'<>%\\^\u0060{|}]|%[\da-f]{2}`;
const URI_TEMPLATE = new RegExp(`^(?:${LITERAL}|${EXPRESSION})*$`, 'i');
const URI = /^[a-z][a-z\d+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i;
const EMAIL = /^[^\s@]+@(?:[a-z\d-]+\.)+[a-z\d-]+$/i;

/** The formats that AsyncAPI's own schemas ask for. References are looked at elsewhere, patterns by the model. */
export const SPECIFICATION_FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  uri: (text) => URI.test(text),
  'uri-template': (text) => URI_TEMPLATE.test(text),
  email: (text) => EMAIL.test(text),
};
