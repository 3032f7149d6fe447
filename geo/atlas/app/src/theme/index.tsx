// The thematic view: a rate as a choropleth, a count or an amount as proportional circles.
export { themeKeys, themeNotes, type ThemeKey } from "./keys";
export { painters } from "./paint";
export { ThemeLegend } from "./ThemeLegend";
export { ThemePicker } from "./ThemePicker";
export { keyOf, layersOf, levelsOf, preferred, shownTheme, themeStat, themeTitle, withFeatures } from "./values";
