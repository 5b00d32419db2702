/** User settings of the editor, by setting id. */
export type Settings = Readonly<Record<string, unknown>>;

/** Nothing of the editor's own that would pop up, look something up outside, or ask for trust. */
const undisturbed: Settings = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcome.enabled': false,
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'telemetry.feedback.enabled': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'remote.autoForwardPorts': false,
  'remote.restoreForwardedPorts': false,
  'git.openRepositoryInParentFolders': 'never',
  'git.autofetch': false,
  'json.schemaDownload.enable': false,
  'npm.fetchOnlinePackageInfo': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'typescript.surveys.enabled': false,
  'files.simpleDialog.enable': true,
  // The editor's built-in assistant has no account here and would only take room.
  'chat.disableAIFeatures': true,
};

/** For a person who tries the extension: an ordinary editor that does not get in the way. */
export const productDemoSettings: Settings = {
  ...undisturbed,
  'workbench.colorTheme': 'Default Dark Modern',
};

/** For tests: also nothing that moves, saves, completes or reformats by itself, so what is typed is what is there. */
export const quietTestSettings: Settings = {
  ...undisturbed,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.reduceMotion': 'on',
  'window.commandCenter': false,
  'window.menuBarVisibility': 'classic',
  'terminal.integrated.gpuAcceleration': 'off',
  'files.autoSave': 'off',
  'editor.accessibilitySupport': 'off',
  'editor.acceptSuggestionOnEnter': 'off',
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.formatOnType': false,
  'editor.minimap.enabled': false,
  // Their buttons would lie over what is tested.
  'switchyard.notifications': 'never',
};
