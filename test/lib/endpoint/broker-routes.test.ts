/** The authorization server's routes beside the MCP path. */
import type { Template } from 'aws-cdk-lib/assertions';
import { ClientRegistration, McpAuthorization, McpEndpoint } from 'cdk-mcp';
import { onlyResource, resourcesOf, templateOf } from '../support';

const ROUTES = [
  'GET /oauth2/authorize',
  'POST /oauth2/consent',
  'GET /oauth2/callback',
  'POST /oauth2/token',
  'POST /oauth2/revoke',
];

function oauthRoutes(template: Template): string[] {
  return resourcesOf(template, 'AWS::ApiGatewayV2::Route')
    .map(([, { Properties }]) => Properties.RouteKey as string)
    .filter((key) => key.includes(' /oauth2/'));
}

const dynamic = () => McpAuthorization.cognito({ clients: [ClientRegistration.dynamic()] });

describe('the broker’s routes', () => {
  test('are each method and path of the protocol, and no other', () => {
    const called = oauthRoutes(templateOf()).filter((key) => !key.startsWith('OPTIONS'));
    expect(called.sort()).toEqual([...ROUTES].sort());
    const withRegistration = oauthRoutes(templateOf({ authorization: dynamic() }));
    expect(withRegistration.filter((key) => !key.startsWith('OPTIONS')).sort()).toEqual(
      [...ROUTES, 'POST /oauth2/register'].sort(),
    );
  });

  test('each have a throttle of their own', () => {
    const { RouteSettings } = onlyResource(
      templateOf({ authorization: dynamic() }),
      'AWS::ApiGatewayV2::Stage',
    ).Properties;
    for (const route of [...ROUTES, 'POST /oauth2/register']) {
      expect(RouteSettings[route]).toEqual({
        ThrottlingRateLimit: expect.any(Number),
        ThrottlingBurstLimit: expect.any(Number),
      });
      expect(RouteSettings[route].ThrottlingRateLimit).toBeLessThan(100);
    }
  });

  test('lead to the broker’s function', () => {
    const template = templateOf();
    const resources = template.toJSON().Resources;
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ApiGatewayV2::Route')) {
      const integration = resources[Properties.Target['Fn::Join'][1][1].Ref].Properties;
      expect(integration.PayloadFormatVersion).toBe('2.0');
      const expected = Properties.RouteKey.endsWith(' /mcp') ? 'NotesServer' : 'NotesBroker';
      expect(integration.IntegrationUri['Fn::GetAtt'][0]).toContain(expected);
    }
  });

  test('A18 answer preflights where any page may call, and never on the pages people see', () => {
    const preflights = oauthRoutes(templateOf({ authorization: dynamic() })).filter((key) => key.startsWith('OPTIONS'));
    expect(preflights.sort()).toEqual(['OPTIONS /oauth2/register', 'OPTIONS /oauth2/revoke', 'OPTIONS /oauth2/token']);
  });

  test('A18 leave preflights to the gateway where origins are named', () => {
    const endpoint = McpEndpoint.httpApi({ allowedOrigins: ['https://app.example'] });
    const template = templateOf({ endpoint });
    expect(oauthRoutes(template).sort()).toEqual([...ROUTES].sort());
    // The gateway's answer reaches the pages too: without credentials, so that no page reads somebody's own.
    expect(onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration.AllowCredentials).not.toBe(
      true,
    );
  });
});
