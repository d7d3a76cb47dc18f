import type { LoadedDocument, Location } from '../document/types.js';
import type { BuiltModel } from '../model/index.js';

/** One of the two documents, loaded and built. */
export interface Contract {
  readonly document: LoadedDocument;
  readonly built: BuiltModel;
}

/** How bad a change is for those whose move is judged. */
export type ChangeSeverity = 'breaking' | 'compatible' | 'documentation';

/**
 * What a change touches: messages as they travel, the names that code uses, how messages are worked, or words
 * only.
 */
export type ChangeArea = 'wire' | 'code' | 'policy' | 'documentation';

/**
 * Whose move to the new document breaks something, the other side staying with the old one. `sending`: what is sent
 * by the new document is not understood by those who receive by the old one. `receiving`: what is sent by the old one
 * is not understood by those who receive by the new one.
 */
export type ChangeSide = 'sending' | 'receiving' | 'both' | 'none';

/** Which of the two moves break. */
export interface Breaks {
  readonly sending: boolean;
  readonly receiving: boolean;
}

/** One difference between two documents. */
export interface Change {
  readonly severity: ChangeSeverity;
  readonly area: ChangeArea;
  /** Whom it breaks, whoever is judged; `none` for names and words. */
  readonly side: ChangeSide;
  /** From the table in `kinds.ts`. */
  readonly kind: ChangeKind;
  /** What has changed: `channels.orders.address`, `Order.items[].price`, `operations.ship.retry.maxAttempts`. */
  readonly path: string;
  /** Plain words: what has changed, and why that matters. */
  readonly message: string;
  /** Absent for what was added. */
  readonly before?: unknown;
  /** Absent for what was removed. */
  readonly after?: unknown;
  /** In the new document, or in the old one for what is not there any more. */
  readonly location: Location;
  readonly oldLocation?: Location;
  readonly newLocation?: Location;
}

/** Every kind of change. A kind says what was done, not how bad it is. */
export type ChangeKind =
  | 'additional-changed'
  | 'address-changed'
  | 'channel-added'
  | 'channel-removed'
  | 'channel-renamed'
  | 'condition-changed'
  | 'content-type-changed'
  | 'correlation-id-changed'
  | 'default-changed'
  | 'deprecated'
  | 'description-changed'
  | 'direction-changed'
  | 'format-changed'
  | 'headers-changed'
  | 'info-changed'
  | 'length-changed'
  | 'message-added'
  | 'message-removed'
  | 'message-renamed'
  | 'multiple-changed'
  | 'nullable-changed'
  | 'operation-added'
  | 'operation-removed'
  | 'operation-renamed'
  | 'parameter-added'
  | 'parameter-default-changed'
  | 'parameter-removed'
  | 'parameter-renamed'
  | 'parameter-values-changed'
  | 'pattern-changed'
  | 'policy-changed'
  | 'property-added'
  | 'property-optional'
  | 'property-removed'
  | 'property-required'
  | 'range-changed'
  | 'reply-changed'
  | 'schema-changed'
  | 'transport-changed'
  | 'type-added'
  | 'type-changed'
  | 'type-removed'
  | 'type-renamed'
  | 'union-member-added'
  | 'union-member-removed'
  | 'value-added'
  | 'value-removed';
