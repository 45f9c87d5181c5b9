/** The entry of the function that answers with the discovery document. The configuration is read at cold start. */
import { configFrom } from './config';
import { documentsHandler } from './documents';

export const handler = documentsHandler(configFrom(process.env));
