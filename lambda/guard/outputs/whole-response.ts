/**
 * A response whose text is at hand. A Response turns its text into a stream of bytes when it is made, and back into
 * text when an adapter reads it; most answers are never streamed, so here that is done only for whoever asks for it.
 */
type WholeResponseClass = new (text: string, init: ResponseInit) => object;

let WholeResponse: WholeResponseClass | undefined;

export function wholeResponse(text: string, init: ResponseInit): Response {
  WholeResponse ??= define();
  return new WholeResponse(text, init) as Response;
}

/** Not before the first answer: node loads all of fetch when the name Response is first used, at no cold start's gain. */
function define(): WholeResponseClass {
  /** Response without what reads its body, which is written anew below; the types have it as properties. */
  const Head = Response as unknown as new (
    body: null,
    init: ResponseInit,
  ) => Pick<Response, 'status' | 'statusText' | 'headers'>;

  return class extends Head {
    readonly #whole: string;
    #taken = false;
    #streamed?: Response;

    constructor(text: string, init: ResponseInit) {
      super(null, init);
      this.#whole = text;
    }

    /** Where the text is what is wanted: no stream is made. */
    async text(): Promise<string> {
      if (this.#taken || this.#streamed !== undefined) return this.#ordinary.text();
      this.#taken = true;
      return this.#whole;
    }

    get bodyUsed(): boolean {
      return this.#taken || this.#streamed?.bodyUsed === true;
    }

    get body() {
      return this.#ordinary.body;
    }

    json() {
      return this.#ordinary.json();
    }

    arrayBuffer() {
      return this.#ordinary.arrayBuffer();
    }

    async bytes(): Promise<Uint8Array> {
      return new Uint8Array(await this.arrayBuffer());
    }

    blob() {
      return this.#ordinary.blob();
    }

    formData() {
      return this.#ordinary.formData();
    }

    clone(): Response {
      return this.#ordinary.clone();
    }

    /** The same as an ordinary Response, for everything else; used up where the text was taken before. */
    get #ordinary(): Response {
      if (this.#streamed === undefined) {
        const { status, statusText, headers } = this;
        this.#streamed = new Response(this.#whole, { status, statusText, headers });
        if (this.#taken) void this.#streamed.text();
      }
      return this.#streamed;
    }
  };
}
