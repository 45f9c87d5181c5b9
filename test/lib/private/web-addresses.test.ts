import { Aws } from 'aws-cdk-lib';
import { originProblem, privateUseUriProblem, redirectUriProblem } from '../../../lib/private/web-addresses';

describe('a redirect URI', () => {
  test.each([
    'https://client.example/callback',
    'https://client.example:8443/callback?x=1',
    'http://localhost:6274/oauth/callback',
    'http://127.0.0.1:6276/oauth/callback',
    'http://[::1]:80/callback',
    `https://${Aws.REGION}.client.example/callback`,
  ])('A6 %s is allowed', (uri) => {
    expect(redirectUriProblem(uri)).toBeUndefined();
  });

  test.each([
    ['http://client.example/callback', /neither https nor on this computer/],
    ['http://localhost.evil.example/', /neither https/],
    ['http://127.0.0.2/', /neither https/],
    ['myapp://callback', /neither https/],
    ['javascript:alert(1)', /neither https/],
    ['/callback', /not an absolute URL/],
    ['https://client.example/#x', /has a fragment/],
    ['https://user:secret@client.example/', /holds credentials/],
    ['https://*.client.example/', /has a '\*'/],
    ['https://client.example/a b', /characters that programs read differently/],
    ['https://client.example\\@evil.example/', /characters that programs read differently/],
    ['https://clïent.example/', /characters that programs read differently/],
    [`https://client.example/${'a'.repeat(2000)}`, /characters that programs/],
  ])('A6 fails with %s', (uri, message) => {
    expect(redirectUriProblem(uri)).toMatch(message);
  });
});

describe('a redirect URI with a scheme of its own', () => {
  test.each(['com.example.app:/callback', 'cursor://anysphere.cursor-deeplink/mcp/callback', 'vscode:x?y=1'])(
    'A6 %s is allowed',
    (uri) => {
      expect(privateUseUriProblem(uri)).toBeUndefined();
    },
  );

  test.each([
    ['callback', /has no scheme of its own/],
    ['://x', /has no scheme of its own/],
    ['app:', /has no scheme of its own/],
    ['https://client.example/', /browsers act on themselves/],
    ['javascript:alert(1)', /browsers act on themselves/],
    ['JavaScript:alert(1)', /has no scheme of its own/],
    ['data:text/html,x', /browsers act on themselves/],
    ['app:/callback#x', /has a fragment/],
    ['app:/*', /has a '\*'/],
    ['app:/a b', /characters that programs/],
  ])('A6 fails with %s', (uri, message) => {
    expect(privateUseUriProblem(uri)).toMatch(message);
  });
});

describe('an allowed origin', () => {
  test.each(['https://app.example', 'https://app.example:8443', 'http://localhost:3000'])(
    'A18 %s is allowed',
    (origin) => {
      expect(originProblem(origin)).toBeUndefined();
    },
  );

  test.each([
    ['*', /every web page/],
    ['https://app.example/', /is not an origin/],
    ['https://App.example', /is not an origin/],
    ['app.example', /is not an origin/],
    ['http://app.example', /is not https/],
    ['null', /is not an origin/],
  ])('A18 fails with %s', (origin, message) => {
    expect(originProblem(origin)).toMatch(message);
  });
});
