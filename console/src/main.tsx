import "./theme/mantine.css";
import "./theme/tokens.css";
import "./theme/base.css";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/index.ts";
import { beginEarly, router } from "./app/router.tsx";
import { resolver, theme } from "./theme/theme.ts";

// what the entry exports stays in its file, for the pages
export * from "./app/common.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
beginEarly();
createRoot(root).render(
  <StrictMode>
    {/* the variables are in the style sheet (theme/styles.ts): the policy of the pages allows no inline styles */}
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      withCssVariables={false}
      withGlobalClasses={false}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
