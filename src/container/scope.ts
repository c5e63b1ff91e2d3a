/** How long a provider's value lives. */
export const Scope = {
  /** One per container: made on first use, disposed with the container. */
  Singleton: 'singleton',
  /** A new one for each request, owned by the injection scope that made it. */
  Transient: 'transient',
  /** One per injection scope: opened when first needed, closed when the scope ends. */
  Resource: 'resource',
} as const;

/** One of the values of {@link Scope}. */
export type Scope = (typeof Scope)[keyof typeof Scope];
