import { Help, type HelpConfiguration } from "commander";

/** Where flags are so long that beside them there is no room for words, the words go below, wrapped. */
export const help: HelpConfiguration = {
  formatItem(term, termWidth, description, helper) {
    const width = helper.helpWidth ?? 80;
    const beside = width - termWidth - 4;
    if (description === "" || beside >= helper.minWidthToWrap)
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    const words = helper.boxWrap(description, width - 6).replaceAll("\n", "\n      ");
    return `  ${term}\n      ${words}`;
  },
};
