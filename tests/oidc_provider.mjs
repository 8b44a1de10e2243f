// An OpenID Connect provider of other make (npm oidc-provider) for tests. Whoever arrives is whom POST /as names:
// {"sub", "pin", "acr"}; nobody clicks. Prints its port.
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [packages, redirect] = process.argv.slice(2);
const found = createRequire(`${packages}/`).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found).href);
let person = { sub: "nobody" };

const server = createServer();
server.listen(0, "localhost", () => {
  const { port } = server.address();
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{ client_id: "hoso", client_secret: "a-secret-for-tests", redirect_uris: [redirect] }],
    claims: { openid: ["sub", "pin"] },
    acrValues: ["urn:test:2"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    cookies: { keys: ["test"] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, pin: person.pin }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on("request", async (request, response) => {
    if (request.url === "/as") {
      let text = "";
      for await (const piece of request) text += piece;
      person = JSON.parse(text);
      response.end();
    } else if (request.url.startsWith("/interaction/")) {
      await provider.interactionFinished(request, response, { login: { accountId: person.sub, acr: person.acr } });
    } else answer(request, response);
  });
  console.log(port);
});
