import { InFlight } from './scopes/in-flight.js';

/** Servers that are being closed: until they are, they answer what comes on open connections, and need the container. */
export const closingServers = new InFlight();
