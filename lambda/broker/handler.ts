/** The entry of the broker: events of API Gateway, and back. The configuration is read at cold start. */
import { type ProxyEvent, type ProxyResult, requestFrom, resultFrom } from '../proxy-event';
import { createBroker } from './broker';
import { configFrom } from './config';

const broker = createBroker(configFrom(process.env));

export async function handler(event: ProxyEvent): Promise<ProxyResult> {
  return resultFrom(event, await broker(requestFrom(event)));
}
