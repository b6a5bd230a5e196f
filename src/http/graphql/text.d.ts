/** Files that are read as text. */
declare module "*.graphql" {
  const text: string;
  export default text;
}
