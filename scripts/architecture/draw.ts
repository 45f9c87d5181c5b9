import type { Facts, FunctionFacts, ServiceFacts } from './facts';
import { arrow, type Box, box, FILL, frame, page, words } from './svg';

const WIDTH = 1240;

const CLIENT: Box = { x: 20, y: 150, width: 150, height: 92 };
const GATE: Box = { x: 240, y: 60, width: 230, height: 130 };
const OPEN: Box = { x: 240, y: 260, width: 230, height: 84 };
const DATA_X = 1010;
const DATA_WIDTH = 210;

/** From left to right: who calls, the endpoint, the server, what is kept; the broker below. */
export function draw(title: string, facts: Facts): string {
  const service = facts.server.kind === 'service' ? facts.server : undefined;
  const brokerY = service ? 470 : 260;
  const bottom = brokerY + 150;
  const right = (box: Box): [number, number] => [box.x + box.width, box.y + box.height / 2];
  return page(WIDTH, bottom + 100, title, facts, [
    words(20, 30, title, 17, '#1b2733', 600),
    box(CLIENT, FILL.client, 'MCP client', ['Claude, VS Code,', 'ChatGPT, a CI job']),
    arrow([right(CLIENT), [205, 196], [205, 125], [GATE.x, 125]]),
    arrow([right(CLIENT), [205, 196], [205, 302], [OPEN.x, 302]]),
    ...endpoint(facts),
    ...(service ? serviceShapes(service) : functionShapes(facts.server as FunctionFacts)),
    ...broker(facts, brokerY),
    ...data(facts, brokerY),
    watch(facts, bottom),
  ]);
}

function endpoint({ endpoint: { kind, mcp, authorizer, publicRoutes, firewall } }: Facts): string[] {
  return [
    box(GATE, FILL.edge, `${kind}: the MCP URL`, [
      mcp,
      `${authorizer}: issuer, signature,`,
      'expiry, audience, a scope',
      ...(firewall ? ['AWS WAF in front'] : ['throttled, TLS 1.2 or later']),
    ]),
    box(OPEN, FILL.edge, 'public routes', [`${publicRoutes} routes: discovery,`, 'sign-in, tokens; throttled each']),
  ];
}

function functionShapes({ runtime, memory }: FunctionFacts): string[] {
  const server: Box = { x: 560, y: 60, width: 330, height: 130 };
  return [
    arrow([
      [GATE.x + GATE.width, 125],
      [server.x, 125],
    ]),
    box(server, FILL.guard, 'Lambda function', [`${runtime}, arm64, ${memory} MB`]),
    box({ x: 580, y: 124, width: 135, height: 54 }, FILL.work, 'guard', ['policy, filters, audit']),
    box({ x: 740, y: 124, width: 135, height: 54 }, FILL.work, 'your server', ['tools, prompts']),
    arrow([
      [715, 151],
      [740, 151],
    ]),
    arrow([
      [890, 125],
      [DATA_X, 125],
    ]),
  ];
}

function serviceShapes(facts: ServiceFacts): string[] {
  const vpc: Box = { x: 540, y: 46, width: 430, height: 390 };
  const zone = (index: number): Box => ({ x: 705, y: 76 + index * 128, width: 250, height: 118 });
  const shapes = [
    frame(vpc, facts.endpoints.length > 0 ? 'VPC: private subnets, no way to the internet' : 'VPC'),
    box({ x: 555, y: 80, width: 110, height: 56 }, FILL.edge, 'VPC link'),
    arrow([
      [GATE.x + GATE.width, 108],
      [555, 108],
    ]),
    box({ x: 555, y: 180, width: 130, height: 92 }, FILL.edge, 'load balancer', [
      `internal, ${facts.listener}`,
      'lets the link in,',
      'and nobody else',
    ]),
    arrow([
      [610, 136],
      [610, 180],
    ]),
    ...[0, 1].flatMap((index) => taskShapes(zone(index), facts, index)),
    words(705, 350, `${facts.tasks} tasks of ${facts.task}`, 12.5),
    words(705, 367, `${facts.strategy} deployment, rolls back by itself`, 12.5),
    arrow([
      [685, 212],
      [695, 212],
      [695, 140],
      [705, 140],
    ]),
    arrow([
      [685, 240],
      [695, 240],
      [695, 268],
      [705, 268],
    ]),
    arrow([
      [955, 140],
      [DATA_X, 140],
    ]),
  ];
  if (facts.endpoints.length === 0) return shapes;
  return [
    ...shapes,
    words(555, 405, 'endpoints to AWS, for the tasks alone:', 12.5),
    words(555, 422, facts.endpoints.join(', '), 12.5),
  ];
}

function taskShapes({ x, y, width, height }: Box, { containers, zones }: ServiceFacts, index: number): string[] {
  const guard = containers.find(({ name }) => name === 'Guard');
  const app = containers.find(({ name }) => name === 'App');
  const ports = guard?.ports.join(', ') ?? '';
  return [
    frame({ x, y, width, height }, index < zones ? `task in zone ${index + 1}` : 'task'),
    box({ x: x + 12, y: y + 32, width: 104, height: 72 }, FILL.guard, 'guard', [`port ${ports}, the`, 'only one open']),
    box(
      { x: x + 140, y: y + 32, width: 98, height: 72 },
      FILL.work,
      'your server',
      app ? ['on loopback,', 'any language'] : ['same process'],
    ),
    arrow([
      [x + 116, y + 68],
      [x + 140, y + 68],
    ]),
  ];
}

function broker({ functions }: Facts, y: number): string[] {
  const x = 560;
  const first = functions.find((description) => /authorization server|documents/i.test(description)) ?? 'documents';
  return [
    box({ x, y, width: 330, height: 84 }, FILL.guard, 'Lambda function: broker', [
      short(first),
      'consent page, tokens, refresh, revocation',
    ]),
    arrow([
      [OPEN.x + OPEN.width, 302],
      [505, 302],
      [505, y + 42],
      [x, y + 42],
    ]),
    arrow([
      [x + 330, y + 42],
      [DATA_X, y + 42],
    ]),
  ];
}

function short(text: string): string {
  return text.length <= 46 ? text : `${text.slice(0, 45)}…`;
}

function data({ tables, userPools, secrets }: Facts, brokerY: number): string[] {
  const identity = [
    ...(userPools > 0 ? ['Cognito user pool: login, keys'] : ['token issuer: your provider']),
    ...(secrets > 0 ? [`${secrets} secret: the broker’s client`] : []),
  ];
  return [
    box({ x: DATA_X, y: 60, width: DATA_WIDTH, height: 50 + tables.length * 17 + 10 }, FILL.data, 'DynamoDB', tables),
    box({ x: DATA_X, y: brokerY, width: DATA_WIDTH, height: 84 }, FILL.data, 'identity', identity),
  ];
}

function watch({ logGroups, alarms, dashboards, resources }: Facts, y: number): string {
  return box({ x: 240, y, width: 980, height: 70 }, FILL.watch, 'CloudWatch', [
    `${logGroups} log groups (one audit record for every decision), ${alarms} alarms, ${dashboards} dashboard, saved queries · ` +
      `${resources} resources in all`,
  ]);
}
