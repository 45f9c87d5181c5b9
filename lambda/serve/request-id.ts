/** An id of a gateway's; whatever else is sent is not one. */
const REQUEST_ID = /^[\w+/=-]{8,64}$/;

/**
 * The id under which the endpoint's access log has the request, from the header that the endpoint writes over whatever
 * a client sent. Where it writes none, nothing is taken: a client could name the request of somebody else.
 */
export function endpointsId({ headers }: Request, header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const id = headers.get(header);
  return id !== null && REQUEST_ID.test(id) ? id : undefined;
}
