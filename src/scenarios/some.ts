/** Some properties of `P`; undefined is the same as not given. */
export type Some<P> = { readonly [K in keyof P]?: P[K] | undefined };
