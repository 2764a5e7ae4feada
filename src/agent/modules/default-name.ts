/** Names the default export of a module that gives it no name, in its text. */
export const defaultName = '$default';
