import { errorPage } from '../../../../lambda/broker/pages/error-page';
import { readable } from './support';

const view = {
  branding: {},
  serverName: 'Notes',
  title: 'This link cannot be used',
  advice: 'Start again.',
  errorId: '1-5759e988-bd86',
};

test('says what happened, what to do, and what to quote', () => {
  const text = readable(errorPage({ ...view, branding: { serviceName: 'Example tools' } }));
  expect(text).toContain('Example tools');
  expect(text).toContain('This link cannot be used');
  expect(text).toContain('Start again.');
  expect(text).toContain('1-5759e988-bd86');
});

test('says whose page it is where the branding does not', () => {
  expect(readable(errorPage(view))).toContain('Notes');
});

test('A7 everything in it is escaped, and there is no script and no form', () => {
  const page = errorPage({ ...view, title: '<script>1</script>', advice: '<img src=x>', errorId: '"><script>' });
  expect(page).not.toMatch(/<script|<img|<form/);
});
