import { Container as ContainerClass } from './container.js';

/** The container that resolves: what a parameter of this type is given. */
export type Container = ContainerClass;

/** The default container. It knows every decorated class. */
export const Container: ContainerClass = new ContainerClass();
