import { formOf, textOf } from '../../../local/demo/html-form';

test('finds action, fields and buttons that carry a value', () => {
  const form = formOf(`<h1>Consent</h1><form method="post" action="/oauth2/consent?a=1&amp;b=2">
    <input type="hidden" name="csrf" value="a&#x27;b&gt;"><input data-name="no" name="x">
    <button type="submit" name="decision" value="deny">Deny</button>
    <button name="decision" value="approve">Allow</button><button>Other</button></form>`);
  expect(form?.action).toBe('/oauth2/consent?a=1&b=2');
  expect([...(form?.fields ?? [])]).toEqual([
    ['csrf', "a'b>"],
    ['x', ''],
  ]);
  expect(form?.buttons).toEqual([
    { name: 'decision', value: 'deny' },
    { name: 'decision', value: 'approve' },
  ]);
});

test('a page without a form has none', () => {
  expect(formOf('<p>no</p>')).toBeUndefined();
});

test('the text of a page is what a person reads', () => {
  expect(textOf('<title>T</title><style>p { }</style><main><p>One\n <b>two</b></p></main>')).toBe('One two');
});
