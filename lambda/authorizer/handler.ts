/** The entry of the authorizer. The configuration is read at cold start. */
import { createAuthorizer } from './authorizer';
import { configFrom } from './config';

export const handler = createAuthorizer(configFrom(process.env));
