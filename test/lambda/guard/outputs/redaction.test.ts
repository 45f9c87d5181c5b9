import { outgoingAnswer } from '../../../../lambda/guard/outputs/outputs';
import { redactor } from '../../../../lambda/guard/outputs/redact';
import { asTheGuard, passes } from '../../../security/redaction';
import { measure } from '../../../security/secrets/measure';
import { asking, factsFor, leaving, policyWith, said } from '../../../support/outputs';

const KEY = `AKIA${'IOSFODNN7EXAMPLE'}`;
const GITHUB = `ghp_${'a1'.repeat(18)}`;

test('T7 a labelled set is told apart: secrets go, what only looks like them stays', () => {
  const measured = measure(asTheGuard);
  expect(measured.missed.map(({ value }) => value)).toEqual([]);
  expect(measured.alarms.map(({ value }) => value)).toEqual([]);
  expect(passes(measured)).toBe(true);
}, 30_000);

test('T7 another set, made from other numbers, is told apart as well', () => {
  const { recall, precision } = measure(asTheGuard, { seed: Date.now() % 1e6, each: 6, eachNegative: 20 });
  expect(recall).toBeGreaterThanOrEqual(0.985);
  expect(precision).toBeGreaterThanOrEqual(0.985);
}, 30_000);

describe('places', () => {
  test('T7 a secret that is split over texts of one result goes, wherever it is cut', () => {
    for (let at = 1; at < KEY.length; at++) {
      const { text, result, redactions } = leaving(said(`key: ${KEY.slice(0, at)}`, `${KEY.slice(at)} is it`));
      expect(result.content.map((item: { text: string }) => item.text).join('')).not.toContain(KEY.slice(4, 12));
      expect(text).toContain('[redacted: aws_access_key]');
      expect(redactions.aws_access_key).toBeGreaterThan(0);
    }
  });

  test('T7 a secret that is split over messages of a prompt goes', () => {
    const messages = [GITHUB.slice(0, 9), GITHUB.slice(9)].map((text) => ({
      role: 'user',
      content: { type: 'text', text },
    }));
    const { text } = leaving({ messages }, undefined, asking('prompts/get', { name: 'summarize' }));
    expect(text).not.toContain(GITHUB.slice(12));
  });

  test('T7 texts beside each other that hold no secret stay as they are', () => {
    const result = said('AKIA', 'keys are long-lived', 'ghp_ is a prefix');
    expect(leaving(result)).toMatchObject({ result, redactions: {} });
  });

  test.each([
    ['text/plain', true],
    ['application/ld+json', true],
    ['image/svg+xml', true],
    [undefined, true],
    ['application/octet-stream', false],
  ])('T7 a blob of type %s is looked at as text: %s', (mimeType, looked) => {
    const blob = Buffer.from(`key=${KEY}`).toString('base64');
    const contents = [{ uri: 'notes://note/1', mimeType, blob }];
    const { result } = leaving({ contents }, undefined, asking('resources/read', { uri: 'notes://note/1' }));
    const text = Buffer.from(result.contents[0].blob, 'base64').toString();
    expect(text.includes(KEY)).toBe(!looked);
  });

  test('T7 a picture is not changed, and a drawing, which is text, is looked at', () => {
    const data = Buffer.from(`<svg>${KEY}</svg>`).toString('base64');
    const { result } = leaving({
      content: [
        { type: 'image', mimeType: 'image/png', data },
        { type: 'image', mimeType: 'image/svg+xml', data },
      ],
    });
    expect(result.content[0].data).toBe(data);
    expect(Buffer.from(result.content[1].data, 'base64').toString()).toBe('<svg>[redacted: aws_access_key]</svg>');
  });

  test.each([
    ['an escape of JSON', (text: string) => text.replace('A', '\\u0041')],
    ['escapes of JSON alone', (text: string) => [...text].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')],
    ['an escape of JavaScript', (text: string) => text.replace('K', '\\x4b')],
    ['JSON in JSON in JSON', (text: string) => JSON.stringify(JSON.stringify(text.replace('A', '\\u0041')))],
  ])('T7 a secret in %s within a text goes, and what is around it stays', (_, spell) => {
    const { result } = leaving(said(`before ${spell(KEY)} after`));
    const [{ text }] = result.content;
    expect(text).toMatch(/^before .*\[redacted: aws_access_key\].* after$/);
    expect(text).not.toMatch(/FODNN7|\\u0044/);
  });

  test('T7 a value is judged by the property it stands under, a pair by its name', () => {
    const { result, redactions } = leaving({
      content: [],
      structuredContent: {
        password: 'hunter2',
        apiKey: '0f8fad5b-d9cd-469f-a165-70867728950e',
        nextPageToken: 'c2f5ee1e9a0b4c6d8e7f',
        variables: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
      },
    });
    expect(result.structuredContent).toEqual({
      password: '[redacted: password]',
      apiKey: '[redacted: secret_value]',
      nextPageToken: 'c2f5ee1e9a0b4c6d8e7f',
      variables: [{ name: 'DB_PASSWORD', value: '[redacted: password]' }],
    });
    expect(redactions).toEqual({ password: 2, secret_value: 1 });
  });

  test('T7 a tab between a name and its sign hides neither', () => {
    expect(leaving(said('password\t= hunter2!xyz')).text).not.toContain('hunter2');
  });

  test('T7 a name that is an escape in the JSON text is a name all the same', () => {
    const text = '{"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"pass\\u0077ord":"hunter2"}}}';
    expect(outgoingAnswer(text, asking(), factsFor()).text).not.toContain('hunter2');
  });

  test('T7 what is nested beyond what can be looked through does not leave', () => {
    const deep = `{"jsonrpc":"2.0","id":1,"result":{"content":${'['.repeat(20_000)}"${KEY}"${']'.repeat(20_000)}}}`;
    const { text, answers } = outgoingAnswer(deep, asking(), factsFor());
    expect(text).not.toContain(KEY);
    expect(answers).toMatchObject([{ failed: true }]);
  });

  test('T9 a result that is no object does not leave', () => {
    const { text } = outgoingAnswer('{"jsonrpc":"2.0","id":1,"result":"error: x"}', asking(), factsFor());
    const read = outgoingAnswer('{"jsonrpc":"2.0","id":1,"result":"\\u0041error"}', asking(), factsFor());
    expect(text + read.text).toContain('Internal error');
  });
});

describe('personal data', () => {
  const all = policyWith({ personalData: ['email', 'phone', 'iban', 'credit_card', 'us_ssn', 'ip_address'] });

  test.each([
    ['email', 'ada.lovelace+notes@sub.example.com'],
    ['email', 'ülrike@exämple.de'],
    ['phone', '+49 30 901820'],
    ['phone', '0049 (30) 90-18-20'],
    ['phone', '(212) 555-0123'],
    ['iban', 'DE89 3704 0044 0532 0130 00'],
    ['iban', 'GB29NWBK60161331926819'],
    ['credit_card', '4111 1111 1111 1111'],
    ['credit_card', '378282246310005'],
    ['us_ssn', '219-09-9999'],
    ['ip_address', '192.168.17.4'],
    ['ip_address', '2001:db8::8a2e:370:7334'],
  ])('T7 %s is redacted where the policy names it, and only there: %s', (name, value) => {
    const text = `It is ${value}, from yesterday.`;
    const { result, redactions } = leaving(said(text), all);
    expect(result.content[0].text).toBe(`It is [redacted: ${name}], from yesterday.`);
    expect(redactions).toEqual({ [name]: 1 });
    expect(leaving(said(text)).result).toEqual(said(text));
    expect(leaving(said(text), policyWith({ secrets: false, personalData: [name] })).redactions).toEqual({ [name]: 1 });
  });

  test.each([
    'a card that is none: 4111 1111 1111 1112',
    'an account that is none: DE89 3704 0044 0532 0130 01',
    'version 1.2.3.4.5 of 2026-11-22, build 300.1.2.999',
    'at 10:20:30 in dead:beef, 12:34:56:78:9a:bc',
    'user@localhost, @types/node, a @ b',
    'order 123-456-789, id 000-12-3456, 219-09-99999',
    'npm i left-pad@1.3.0',
    '00000000-0000-4000-8000-000000000000',
  ])('T7 what only looks like personal data stays: %s', (text) => {
    expect(leaving(said(text), all)).toMatchObject({ result: said(text), redactions: {} });
  });

  test('T7 a card number that is a number goes too, other numbers stay numbers', () => {
    const structuredContent = { card: 4_111_111_111_111_111, count: 7 };
    const { result } = leaving({ content: [], structuredContent }, all);
    expect(result.structuredContent).toEqual({ card: '[redacted: credit_card]', count: 7 });
  });

  test('T7 a class that this runtime does not know stops the start', () => {
    expect(() => policyWith({ personalData: ['blood_type'] })).toThrow("unknown class of personal data 'blood_type'");
  });
});

test('T7 secrets leave where the policy says so, and errors stay hidden there too', () => {
  const off = policyWith({ secrets: false });
  expect(leaving(said(KEY), off).result).toEqual(said(KEY));
  const spelled =
    '{"jsonrpc":"2.0","id":1,"result":{"is\\u0045rror":true,"content":[{"type":"text","text":"hunter2"}]}}';
  expect(outgoingAnswer(spelled, asking(), factsFor(off)).text).not.toContain('hunter2');
});

describe('texts made to be slow to search', () => {
  const parts = [
    ...['eyJ-', 'eyJaaaaaaaa.', 'Bearer ', 'xoxb-', '-----BEGIN A PRIVATE KEY-----', '-----BEGIN PRIVATE KEY-----\n'],
    ...['password=', 'password="', '"token":"', '://a:', 'a@', '1-', '1 ', 'DE89', '::', '1.', '\\', '\\u0041', '\\/'],
    ...['SK0000', 'SG.aaaa', 'key-0000', '-us1', '0123456789abcdef', 'aa1Q~', '1:AA', 'dp.pt.', 'Basic aaaaaaaa '],
  ];
  const personalData = ['email', 'phone', 'iban', 'credit_card', 'us_ssn', 'ip_address'];

  test.each(parts)('T8 a megabyte of %j', (part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const started = process.cpuUsage();
    const guards = redactor({ personalData });
    guards.mayHold(JSON.stringify(text));
    guards.redact({ text }, {});
    const { user } = process.cpuUsage(started);
    // About 100 ms; one backtracking pattern would take minutes.
    expect(user / 1000).toBeLessThan(1_500);
  });
});
