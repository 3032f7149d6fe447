// Images that the build writes as addresses that hold them.
declare module "*.png" {
  const address: string;
  export default address;
}
