import * as fc from 'fast-check';
import { Html, html } from '../../../../lambda/broker/pages/html';

test('A7 a value is escaped in content and in a quoted attribute', () => {
  expect(html`<p title="${`"><script>alert('1')</script>`}">${'<b>&amp;`'}</p>`.markup).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;">&lt;b&gt;&amp;amp;&#96;</p>',
  );
});

test('markup made by the tag is put in as it is, alone or in a list', () => {
  expect(html`<ul>${[html`<li>${'<'}</li>`, html`<li>b</li>`]}</ul>${new Html('<hr>')}`.markup).toBe(
    '<ul><li>&lt;</li><li>b</li></ul><hr>',
  );
});

test('A7 fails on a value in an unquoted attribute', () => {
  expect(() => html`<p title=${'x'}></p>`).toThrow('unquoted attribute');
});

test('A7 whatever a value is, it can open no tag, end no attribute and start no entity of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const { markup } = html`<p title="${value}"></p>`;
      const inside = markup.slice('<p title="'.length, -'"></p>'.length);
      return !/[<>"'`]|&(?!amp;|lt;|gt;|quot;|#39;|#96;)/.test(inside);
    }),
  );
});
