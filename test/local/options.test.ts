import { parseOptions } from '../../local/options';

test('defaults', () => {
  expect(parseOptions([])).toEqual({
    port: 3000,
    once: false,
    app: undefined,
    dir: '.local',
    dynamic: false,
    providers: [],
    preload: undefined,
    preloadEnv: [],
    help: false,
  });
});

test('every option', () => {
  const preload = ['--preload', 'dns.cjs', '--preload-env', 'A=1', '--preload-env', 'B=2'];
  const others = [
    '--port',
    '4000',
    '--once',
    '--app',
    'node app.js',
    '--dir',
    'x',
    '--dynamic',
    '--hosting',
    'fargate',
    '--help',
  ];
  const endpoint = ['--endpoint', 'rest'];
  const provider = ['--provider', 'https://id.example.com=http://localhost:5000'];
  expect(parseOptions([...others, ...preload, ...provider, ...endpoint])).toEqual({
    port: 4000,
    once: true,
    app: 'node app.js',
    dir: 'x',
    dynamic: true,
    hosting: 'fargate',
    endpoint: 'rest',
    providers: [{ deployed: 'https://id.example.com', local: 'http://localhost:5000' }],
    preload: 'dns.cjs',
    preloadEnv: ['A=1', 'B=2'],
    help: true,
  });
});

test.each([
  [['--prot', '1'], "Unknown option '--prot': --help lists the options"],
  [['extra'], 'Unexpected argument'],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', 'abc'], "--port 'abc' is no usable port"],
  [['--hosting', 'ec2'], "--hosting 'ec2' is not known: give lambda or fargate or fargate-nodejs"],
  [['--endpoint', 'soap'], "--endpoint 'soap' is not known: give http or rest"],
  [['--provider', 'https://id.example.com'], 'is no pair of origins'],
  [['--provider', 'http://id.example.com=http://localhost:5000'], 'is no pair of origins'],
  [['--provider', 'https://id.example.com/x=http://localhost:5000'], 'is no pair of origins'],
  [['--provider', 'https://id.example.com=http://id.example.org'], 'is no pair of origins'],
  [['--provider', 'https://id.example.com=http://localhost.example.org'], 'is no pair of origins'],
  [['--port', '70000'], "--port '70000' is no usable port"],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
