/** Whether a provider can be used: fetch its metadata and keys, look for what is needed, say it. */
export { checkProvider } from './check';
export { reportText } from './report';
