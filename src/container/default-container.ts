import { Container as ContainerClass } from './container.js';
import { endWithProcess } from './process-end.js';

/** Knows the providers, makes their values, and keeps the singletons. A parameter of this type is given the one that resolves. */
export interface Container extends ContainerClass {}

/** The default container. It knows every decorated class, and is disposed when the process has nothing left to do. */
export const Container: Container = new ContainerClass();
endWithProcess(Container);
