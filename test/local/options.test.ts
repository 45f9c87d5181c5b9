import { parseOptions } from '../../local/options';

test('defaults', () => {
  expect(parseOptions([])).toEqual({ port: 3000, once: false, app: undefined, dir: '.local', help: false });
});

test('every option', () => {
  expect(parseOptions(['--port', '4000', '--once', '--app', 'node app.js', '--dir', 'x', '--help'])).toEqual({
    port: 4000,
    once: true,
    app: 'node app.js',
    dir: 'x',
    help: true,
  });
});

test.each([
  [['--prot', '1'], "Unknown option '--prot': --help lists the options"],
  [['extra'], 'Unexpected argument'],
  [['--port'], "Option '--port <value>' argument missing"],
  [['--port', 'abc'], "--port 'abc' is no usable port"],
  [['--port', '70000'], "--port '70000' is no usable port"],
])('refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(message);
});
