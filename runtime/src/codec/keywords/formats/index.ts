import { isDate, isDateTime, isDuration, isTime } from './dates.js';
import { isEmail, isIdnEmail } from './email.js';
import { isHostname, isIdnHostname } from './hostname.js';
import { isIpv4, isIpv6 } from './ip.js';
import { isJsonPointer, isRegex, isRelativeJsonPointer, isUuid } from './text.js';
import { isIri, isIriReference, isUri, isUriReference, isUriTemplate } from './uri.js';

/** By the names that JSON Schema gives them. */
export const formats = {
  date: isDate,
  'date-time': isDateTime,
  duration: isDuration,
  email: isEmail,
  hostname: isHostname,
  'idn-email': isIdnEmail,
  'idn-hostname': isIdnHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  iri: isIri,
  'iri-reference': isIriReference,
  'json-pointer': isJsonPointer,
  regex: isRegex,
  'relative-json-pointer': isRelativeJsonPointer,
  time: isTime,
  uri: isUri,
  'uri-reference': isUriReference,
  'uri-template': isUriTemplate,
  uuid: isUuid,
} as const satisfies Readonly<Record<string, (text: string) => boolean>>;
