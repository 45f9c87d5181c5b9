import { endpointsId } from '../../../lambda/serve/request-id';

const HEADER = 'x-mcp-request-id';

function asked(id: string, header: string | undefined = HEADER): string | undefined {
  return endpointsId(new Request('http://guard.invalid/mcp', { headers: { [HEADER]: id } }), header);
}

test.each(['JKJaXmPLvHcESHA=', '2f1b7d0c-9f2e-4a57-a2f6-0e4b8f6a7c11'])('O6 the endpoint’s id %s is taken', (id) => {
  expect(asked(id)).toBe(id);
});

test.each(['short', 'with a blank', 'x'.repeat(65), '{"type":"audit"}', 'two,ids-that-were-sent'])(
  'O6 %p is no id of an endpoint’s',
  (id) => {
    expect(asked(id)).toBeUndefined();
  },
);

test('O6 nothing is taken where the endpoint writes no id, and nothing where it is absent', () => {
  expect(
    endpointsId(new Request('http://guard.invalid/mcp', { headers: { [HEADER]: 'JKJaXmPLvHcESHA=' } }), undefined),
  ).toBeUndefined();
  expect(endpointsId(new Request('http://guard.invalid/mcp'), HEADER)).toBeUndefined();
});
