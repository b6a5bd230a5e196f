/** Styles of a component: the names of its classes, made unique by the build. */
declare module "*.module.css" {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module "*.css";
