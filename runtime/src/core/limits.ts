/** Largest message, in bytes of its entry, that is published and handled where nobody says otherwise. */
export const MAX_MESSAGE_BYTES = 16 << 20;
