/** What a browser sees at `/graphql`: how programs ask. It loads nothing. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL – fieldcast</title>
<h1>GraphQL</h1>
<p>Programs send documents here, with an access token:</p>
<pre>curl -X POST /graphql/ \\
  -H "Authorization: Token $FIELDCAST_TOKEN" -H "Content-Type: application/json" \\
  -d '{"query": "{ allWorkspaces { id name } }"}'</pre>
<p>Any GraphQL client shows what there is: introspection is open. The whole page about it is <code>docs/graphql.md</code>; the REST
interface is described at <a href="/api/v1/docs">/api/v1/docs</a>.</p>
</html>
`;
