/** @type {import("@docusaurus/types").Config} */
export default {
  title: "Mixture notes",
  url: "https://example.org",
  baseUrl: "/",
  trailingSlash: true,
  onBrokenLinks: "throw",
  presets: [
    [
      "classic",
      {
        docs: { routeBasePath: "/", sidebarPath: "./sidebars.js" },
        blog: false,
        pages: false,
        theme: { customCss: "./src/site.css" },
      },
    ],
  ],
  // Loaded by the browser after the page, never during the build.
  clientModules: ["./src/mix-lens.js"],
  themeConfig: {
    colorMode: { respectPrefersColorScheme: true },
    navbar: { title: "Mixture notes" },
  },
};
