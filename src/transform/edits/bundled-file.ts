/** How a file is written that becomes part of a bundle. */
export interface BundledFile {
  /**
   * What names the file at run time, where it is no more: its path from the project's folder, and behind a `?`, which
   * messages leave out, what tells the project from others in the same process.
   */
  readonly module: string;
  /** Whether its bundler refuses what a module may not export, as a type, unless the code asks for it first. */
  readonly asksFirst?: boolean;
  /**
   * Refers to the slice of the file, which worker threads load. It is called when the file has tasks; without it
   * they run on the event loop.
   *
   * @param local a name that the file has free, for an import
   * @param copies whether it is the one of the tasks that see a copy of what the file changes
   */
  readonly slice?: (local: string, copies: boolean) => SliceReference | undefined;
}

/** How a bundled file gets at its slice. */
export interface SliceReference {
  /** The expression that gives the URL of the slice. */
  readonly url: string;
  /** An import declaration that the expression needs. */
  readonly import?: string;
}
