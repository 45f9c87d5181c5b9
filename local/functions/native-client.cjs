/**
 * What the runtime client's native part does, in JavaScript: fetch the next invocation, post results. Its calls to
 * `done` and `error` are synchronous, so a post is only started there, and `next` waits for it.
 */
const { Agent, request } = require('node:http');

const RUNTIME = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

let posting = Promise.resolve();

function call(method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${RUNTIME}/${path}`, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ bodyJson: text, headers: response.headers }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function post(path, body, headers = {}) {
  posting = call('POST', path, { 'content-type': 'application/json', ...headers }, body);
  // A lost host surfaces at `next`; until then the rejection counts as handled.
  posting.catch(() => {});
}

exports.initializeClient = () => {};

exports.next = async () => {
  await posting;
  return call('GET', 'next', {});
};

exports.done = (id, body) => post(`${id}/response`, body);

exports.error = (id, body) =>
  post(`${id}/error`, body, { 'lambda-runtime-function-error-type': JSON.parse(body).errorType ?? 'Error' });
