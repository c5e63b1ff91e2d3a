export { type FakeClock, fakeClock } from './fake-clock.js';
export { type TestContainerOptions, withContainer } from './with-container.js';
