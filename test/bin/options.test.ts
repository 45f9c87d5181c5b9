import { parseCommand } from '../../bin/cli/options';

test('access reads cdk.out unless it is given another folder', () => {
  expect(parseCommand(['access'])).toEqual({ kind: 'access', assembly: 'cdk.out' });
  expect(parseCommand(['access', 'out', '--json', 'a.json'])).toEqual({
    kind: 'access',
    assembly: 'out',
    json: 'a.json',
  });
});

test.each([[['--help']], [['-h']], [['access', '--help']]])('%j asks for help', (args) => {
  expect(parseCommand(args)).toEqual({ kind: 'help' });
});

test('--version asks for the version', () => {
  expect(parseCommand(['--version'])).toEqual({ kind: 'version' });
});

test.each([
  [[], 'no command given'],
  [['acess'], "unknown command 'acess'"],
  [['access', 'a', 'b'], "leave 'b' out"],
  [['access', '--verbose'], "unknown option '--verbose'"],
  [['access', '--json'], '--json'],
  [['access', '--json='], 'needs a file'],
])('fails on %j with exit code 2 and says what is wrong', (args, message) => {
  expect(() => parseCommand(args)).toThrow(
    expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }),
  );
});
