/** Stands for the methods of a value of which the text of its module does not tell. */
export const unknownMethods = '#…';
