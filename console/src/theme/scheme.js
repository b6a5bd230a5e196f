// Light or dark is decided before anything is drawn. The key is that of Mantine's color scheme manager.
(() => {
  let wish = "auto";
  try {
    wish = localStorage.getItem("mantine-color-scheme-value") || "auto";
  } catch {}
  const dark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
