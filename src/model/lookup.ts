/** How the platform says that a name could not be looked up. */
export type LookupError = 'ENOTFOUND' | 'EAI_AGAIN';

/** What a fault makes of a look-up: an error at once, or no answer, which the platform gives up in the end. */
export type LookupFailure = LookupError | 'timeout';
