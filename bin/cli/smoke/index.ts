/** Trying a deployed server as a client of its own would. */
export { smokeTable } from './report';
export { secretOf } from './secret';
export { smoke } from './smoke';
