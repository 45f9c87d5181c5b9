import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { type HttpApiEndpointProps, McpEndpoint } from 'cdk-mcp';
import { notesServer, onlyResource, resourcesOf, stackIn, templateOf, text, variablesOf } from '../support';

const DOCUMENTS = [
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server',
];

function routesOf(template: Template) {
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
}

function withEndpoint(props: HttpApiEndpointProps): Template {
  return templateOf({ endpoint: McpEndpoint.httpApi(props) });
}

function withDomain(): Template {
  const stack = stackIn();
  const server = notesServer(stack, {
    endpoint: McpEndpoint.httpApi({
      domain: {
        domainName: 'mcp.example.com',
        certificate: Certificate.fromCertificateArn(
          stack,
          'Cert',
          'arn:aws:acm:eu-central-1:111111111111:certificate/x',
        ),
        hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
      },
    }),
  });
  expect(server.mcpUrl).toBe('https://mcp.example.com/mcp');
  return Template.fromStack(stack);
}

describe('the HTTP API', () => {
  const template = templateOf();

  test('T1 every method of the MCP path is behind the JWT authorizer, with the scopes of this server', () => {
    const mcp = routesOf(template).filter((route) => route.RouteKey.endsWith(' /mcp'));
    expect(mcp.map((route) => route.RouteKey).sort()).toEqual(['DELETE /mcp', 'GET /mcp', 'POST /mcp']);
    const [[authorizer]] = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer') as [[string, unknown]];
    for (const route of mcp) {
      expect(route.AuthorizationType).toBe('JWT');
      expect(route.AuthorizerId).toEqual({ Ref: authorizer });
      expect(route.AuthorizationScopes.map(text)).toEqual([
        expect.stringMatching(/\.ApiEndpoint\]\/mcp\/notes:read$/),
        expect.stringMatching(/\.ApiEndpoint\]\/mcp\/notes:write$/),
      ]);
    }
  });

  test('T1 the authorizer takes tokens of the pool for the MCP URL, from the Authorization header alone', () => {
    const { Properties } = onlyResource(template, 'AWS::ApiGatewayV2::Authorizer');
    expect(Properties.AuthorizerType).toBe('JWT');
    expect(Properties.IdentitySource).toEqual(['$request.header.Authorization']);
    expect(Properties.JwtConfiguration.Audience.map(text)).toEqual([expect.stringMatching(/\.ApiEndpoint\]\/mcp$/)]);
    expect(text(Properties.JwtConfiguration.Issuer)).toMatch(/UserPool.*\.ProviderURL\]$/);
  });

  test('A1 A2 the documents are public at the path-inserted and the root address, their issuer is the endpoint', () => {
    const open = routesOf(template).filter((route) => route.RouteKey.includes(' /.well-known/'));
    expect(open.map((route) => route.AuthorizationType)).toEqual(Array(6).fill('NONE'));
    expect(open.map((route) => route.RouteKey).sort()).toEqual(
      DOCUMENTS.flatMap((path) => [`GET ${path}`, `OPTIONS ${path}`]).sort(),
    );
    const variables = variablesOf(template, 'broker');
    expect(text(variables.MCP_ISSUER)).toMatch(/^\[.*\.ApiEndpoint\]$/);
    expect(text(variables.MCP_RESOURCE)).toBe(`${text(variables.MCP_ISSUER)}/mcp`);
    expect(variables.MCP_INITIAL_SCOPES).toBe('notes:read');
    expect(variables.MCP_RESOURCE_NAME).toBe('Notes');
  });

  test('T4 each route may invoke its function, by its own method and path alone', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    const sources = permissions.map((permission) => text(permission.SourceArn).replace(/^.*\/\*\//, ''));
    const routes = routesOf(template).map((route) => route.RouteKey.replace(' ', ''));
    expect(sources.sort()).toEqual(routes.sort());
    for (const permission of permissions) {
      expect(permission).toMatchObject({ Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' });
    }
  });

  test('throttles every route, and waits for a route before it sets its throttle', () => {
    const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage');
    expect(stage.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route');
    expect(Object.keys(stage.Properties.RouteSettings).sort()).toEqual(
      routes.map(([, { Properties }]) => Properties.RouteKey).sort(),
    );
    expect(stage.Properties.RouteSettings[`GET ${DOCUMENTS[0]}`]).toEqual({
      ThrottlingRateLimit: 20,
      ThrottlingBurstLimit: 40,
    });
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)));
  });

  test('takes other throttles for the MCP path', () => {
    const stage = onlyResource(withEndpoint({ throttle: { rateLimit: 7, burstLimit: 9 } }), 'AWS::ApiGatewayV2::Stage');
    const limits = { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 };
    expect(stage.Properties.DefaultRouteSettings).toEqual(limits);
    expect(stage.Properties.RouteSettings['POST /mcp']).toEqual(limits);
  });

  test('O6 logs every request as JSON: who, what, and what became of it, but no token', () => {
    const { Format } = onlyResource(template, 'AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings;
    const fields = JSON.parse(Format);
    expect(fields).toMatchObject({
      requestId: '$context.requestId',
      sourceIp: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      latency: '$context.responseLatency',
      integrationError: '$context.integrationErrorMessage',
      authorizerError: '$context.authorizer.error',
      subject: '$context.authorizer.claims.sub',
      client: '$context.authorizer.claims.client_id',
    });
    expect(Format).not.toMatch(/authorization|header/i);
  });

  test('another path moves routes, documents and identifiers together', () => {
    const moved = withEndpoint({ path: '/tools/v1' });
    expect(routesOf(moved).map((route) => route.RouteKey)).toEqual(
      expect.arrayContaining(['POST /tools/v1', 'GET /.well-known/oauth-protected-resource/tools/v1']),
    );
    expect(text(variablesOf(moved, 'server').MCP_RESOURCE_METADATA)).toMatch(
      /\]\/\.well-known\/oauth-protected-resource\/tools\/v1$/,
    );
    expect(text(onlyResource(moved, 'AWS::Cognito::UserPoolResourceServer').Properties.Identifier)).toMatch(
      /\.ApiEndpoint\]\/tools\/v1$/,
    );
  });

  test.each(['mcp', '/', '/mcp/', '/a b', '/{proxy+}', '/.well-known/mcp', '/oauth2'])(
    'fails with the path %s',
    (path) => {
      expect(() => withEndpoint({ path })).toThrow(/^path '.*' is (not allowed|taken)/);
    },
  );
});

describe('CORS', () => {
  test('A18 without named origins the gateway has none, and the documents answer preflights themselves', () => {
    const template = templateOf();
    expect(onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration).toBeUndefined();
    expect(routesOf(template).map((route) => route.RouteKey)).toContain(`OPTIONS ${DOCUMENTS[2]}`);
    expect(routesOf(template).map((route) => route.RouteKey)).not.toContain('OPTIONS /mcp');
    expect(variablesOf(template, 'broker')).not.toHaveProperty('MCP_ALLOWED_ORIGINS');
  });

  test('A18 with named origins the gateway allows those, without credentials, and shows the challenge', () => {
    const template = withEndpoint({ allowedOrigins: ['https://app.example', 'http://localhost:3000'] });
    const cors = onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration;
    expect(cors.AllowOrigins).toEqual(['https://app.example', 'http://localhost:3000']);
    expect(cors.AllowCredentials).toBeUndefined();
    expect(cors.ExposeHeaders).toEqual(['WWW-Authenticate', 'Mcp-Session-Id']);
    expect(cors.AllowHeaders).toEqual(expect.arrayContaining(['authorization', 'mcp-protocol-version', 'mcp-name']));
    expect(JSON.stringify(cors)).not.toContain('*');
    expect(routesOf(template).filter((route) => route.RouteKey.startsWith('OPTIONS'))).toEqual([]);
    for (const which of ['server', 'broker'] as const) {
      expect(variablesOf(template, which).MCP_ALLOWED_ORIGINS).toBe('https://app.example,http://localhost:3000');
    }
  });

  test('A18 fails with an origin that is none', () => {
    expect(() => withEndpoint({ allowedOrigins: ['*'] })).toThrow(/every web page/);
  });
});

describe('a custom domain', () => {
  test('O4 has TLS 1.2, its own address record, and no other way in', () => {
    const template = withDomain();
    expect(onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.DisableExecuteApiEndpoint).toBe(true);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'mcp.example.com',
      DomainNameConfigurations: [Match.objectLike({ SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' })],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { Stage: Match.anyValue() });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'mcp.example.com.', Type: 'A' });
  });

  test('A1 is the issuer and the resource everywhere', () => {
    const template = withDomain();
    expect(variablesOf(template, 'broker')).toMatchObject({
      MCP_ISSUER: 'https://mcp.example.com',
      MCP_RESOURCE: 'https://mcp.example.com/mcp',
      MCP_SCOPE_PREFIX: 'https://mcp.example.com/mcp/',
    });
    expect(onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties.CallbackURLs).toEqual([
      'https://mcp.example.com/oauth2/callback',
    ]);
    expect(/"ApiEndpoint"\]/.test(JSON.stringify(template.toJSON()))).toBe(false);
  });

  test.each(['https://mcp.example.com', 'mcp.example.com/mcp', 'MCP.example.com', 'localhost'])(
    'fails with %s as its name',
    (domainName) => {
      const stack = stackIn();
      const certificate = Certificate.fromCertificateArn(stack, 'Cert', 'arn:aws:acm:eu-central-1:1:certificate/x');
      const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Z', {
        hostedZoneId: 'Z',
        zoneName: 'example.com',
      });
      const endpoint = McpEndpoint.httpApi({ domain: { domainName, certificate, hostedZone } });
      expect(() => notesServer(stack, { endpoint })).toThrow(/is not a host name/);
    },
  );
});

describe('more scopes than a route can name', () => {
  function serverWith(count: number) {
    const stack = stackIn();
    const names = Array.from({ length: count }, (_, index) => `s${index}`);
    notesServer(stack, {
      scopes: Object.fromEntries(names.map((name) => [name, 'x'])),
      access: names.map((name) => ({ tools: [`tool_${name}`], scopes: [name] })),
    });
    return stack;
  }
  const warning = Match.stringLikeRegexp('11 scopes are declared and API Gateway checks at most 10');

  test('ten are checked at the gateway', () => {
    const stack = serverWith(10);
    expect(routesOf(Template.fromStack(stack))[0].AuthorizationScopes).toHaveLength(10);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('API Gateway checks'));
  });

  test('eleven are left to the guard, behind the authorizer still, and synth warns', () => {
    const stack = serverWith(11);
    const mcp = routesOf(Template.fromStack(stack)).find((route) => route.RouteKey === 'POST /mcp');
    expect(mcp.AuthorizationType).toBe('JWT');
    expect(mcp.AuthorizationScopes).toBeUndefined();
    Annotations.fromStack(stack).hasWarning('*', warning);
  });
});

test('fails when one endpoint is given to two servers', () => {
  const stack = stackIn();
  const endpoint = McpEndpoint.httpApi();
  notesServer(stack, { endpoint }, 'A');
  expect(() => notesServer(stack, { endpoint }, 'B')).toThrow(
    /already belongs to 'Test\/A': create one for each server/,
  );
});
