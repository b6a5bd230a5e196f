import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Deep teal: the one colour that is ours. Everything else that has a colour says a state with it. */
const accent: MantineColorsTuple = [
  "#effaf8",
  "#d5f2ed",
  "#a9e3da",
  "#76cfc3",
  "#47b5a8",
  "#28988c",
  "#177c72",
  "#0f655d",
  "#0d514b",
  "#0b423e",
];
const gray: MantineColorsTuple = [
  "#f7f8f8",
  "#eff1f1",
  "#e3e7e7",
  "#d2d8d8",
  "#b3bcbd",
  "#8b9698",
  "#667173",
  "#4b5557",
  "#30383a",
  "#16191a",
];
const dark: MantineColorsTuple = [
  "#e3e8e8",
  "#b9c2c3",
  "#98a3a5",
  "#748083",
  "#3c4446",
  "#2c3335",
  "#22282a",
  "#191e1f",
  "#121617",
  "#0c0f10",
];

/** Fields, buttons and menus are `xs` and have the text of tables; forms of their own page are `sm`. */
const SIZES = { xs: "13px", sm: "14px", md: "14px", lg: "16px", xl: "20px" };

/** Components of Mantine as this console uses them. Pages set no colours or sizes of their own. */
export const theme = createTheme({
  colors: { accent, gray, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 7 },
  fontFamily: '"Geist Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"Geist Mono Variable", ui-monospace, monospace',
  fontSizes: SIZES,
  lineHeights: { xs: "16px", sm: "16px", md: "20px", lg: "20px", xl: "24px" },
  headings: {
    fontFamily: '"Geist Variable", system-ui, sans-serif',
    fontWeight: "600",
    sizes: { h1: { fontSize: "20px", lineHeight: "28px" }, h2: { fontSize: "16px", lineHeight: "24px" } },
  },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "3px", sm: "4px", md: "6px", lg: "8px", xl: "12px" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  shadows: { md: "0 4px 16px rgb(0 0 0 / 14%), 0 0 1px rgb(0 0 0 / 24%)" },
  components: {
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: 28 } },
    Button: { defaultProps: { size: "xs", fw: 500 } },
    Checkbox: { defaultProps: { size: "xs" } },
    Drawer: { defaultProps: { lockScroll: false } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end", transitionProps: { duration: 0 } } },
    // the lock writes a style element, which the policy of the pages forbids; base.css does the same
    Modal: {
      defaultProps: {
        lockScroll: false,
        centered: true,
        transitionProps: { duration: 100 },
        radius: "lg",
        // its head is no second banner of the page
        attributes: { header: { role: "presentation" } },
      },
    },
    Popover: { defaultProps: { shadow: "md", transitionProps: { duration: 0 } } },
    Autocomplete: { defaultProps: { size: "xs", comboboxProps: { shadow: "md", transitionProps: { duration: 0 } } } },
    NativeSelect: { defaultProps: { size: "xs" } },
    Select: { defaultProps: { size: "xs", comboboxProps: { shadow: "md", transitionProps: { duration: 0 } } } },
    PasswordInput: { defaultProps: { size: "sm" } },
    SegmentedControl: { defaultProps: { size: "xs", transitionDuration: 80 } },
    Switch: { defaultProps: { size: "xs" } },
    Textarea: { defaultProps: { size: "xs" } },
    TextInput: { defaultProps: { size: "xs" } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 0 }, withArrow: false } },
  },
});

/** What Mantine calls its colours, in the words of tokens.css, where light and dark are told apart. */
export const resolver: CSSVariablesResolver = () => {
  const names = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--text-2)",
    "--mantine-color-bright": "var(--text)",
    "--mantine-color-placeholder": "var(--text-3)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-color-default": "var(--surface)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-default-border": "var(--line-strong)",
    "--mantine-color-disabled": "var(--sunken)",
    "--mantine-color-disabled-color": "var(--text-3)",
    "--mantine-color-error": "var(--bad)",
    // what destroys: as red as a refusal, in both themes readable on and under white
    "--mantine-color-red-filled": "#b3242b",
    "--mantine-color-red-filled-hover": "#9a1c23",
    "--mantine-color-red-outline": "var(--bad)",
    "--mantine-color-red-outline-hover": "var(--bad-soft)",
    "--mantine-color-red-text": "var(--bad)",
    "--mantine-color-red-light": "var(--bad-soft)",
    "--mantine-color-red-light-color": "var(--bad)",
    "--mantine-color-gray-text": "var(--text-2)",
    "--mantine-color-gray-light-color": "var(--text-2)",
    "--mantine-color-gray-light-hover": "var(--hover)",
    "--mantine-color-accent-light-color": "var(--accent)",
  };
  return { variables: {}, light: names, dark: names };
};
