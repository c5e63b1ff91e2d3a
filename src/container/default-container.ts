import { tokenMark } from '../reflection/tokens.js';
import { Container as ContainerClass } from './container.js';
import { ambient } from './injection/ambient.js';
import { endWithProcess } from './process-end.js';
import type { Resolver } from './resolution/resolver.js';

/** Knows the providers, makes their values, and keeps the singletons. A parameter of this type is given the one that resolves. */
export interface Container extends ContainerClass {}

/** The default container. It knows every decorated class, and is disposed when the process has nothing left to do. */
export const Container: Container = new ContainerClass();
Object.defineProperty(Container, tokenMark, { value: true }); // it has the name of its type
endWithProcess(Container);

/** What is resolved from in the present flow: the container of `container.run()`, else the default one. */
export function presentResolver(): Resolver {
  return ambient?.getStore() ?? Container.resolver;
}
